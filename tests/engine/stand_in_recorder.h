// Stands in for CUDA graphs where there is no GPU: keeps a pass and calls it for each replay. (A
// CUDA graph is recorded by calling it once, which does nothing of its work.)
#pragma once

#include <atomic>
#include <memory>

#include "engine/model/graph_recorder.h"

namespace evotoken::testing {

class StandInRecorder final : public model::GraphRecorder {
 public:
  std::unique_ptr<model::RecordedWork> record(const std::function<void()>& pass) override {
    return std::make_unique<Recorded>(pass, *this);
  }

  std::atomic<int> alive = 0;

 private:
  class Recorded final : public model::RecordedWork {
   public:
    Recorded(std::function<void()> pass, StandInRecorder& recorder)
        : pass_(std::move(pass)), recorder_(recorder) {
      ++recorder_.alive;
    }
    ~Recorded() override { --recorder_.alive; }
    Recorded(const Recorded&) = delete;
    Recorded& operator=(const Recorded&) = delete;
    void replay() override { pass_(); }

   private:
    std::function<void()> pass_;
    StandInRecorder& recorder_;
  };
};

}  // namespace evotoken::testing
