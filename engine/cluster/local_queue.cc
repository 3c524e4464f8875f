#include <atomic>

#include "engine/cluster/work_queue.h"

namespace evotoken::cluster {
namespace {

class LocalQueue final : public WorkQueue {
 public:
  explicit LocalQueue(std::int64_t count) : count_(count) {}
  std::optional<std::int64_t> take() override {
    if (stopped_) return std::nullopt;
    const std::int64_t unit = next_++;
    if (unit >= count_) return std::nullopt;
    return unit;
  }
  std::optional<std::int64_t> try_take() override { return take(); }
  void finish(std::int64_t /*unit*/) override {}
  void stop() override { stopped_ = true; }

 private:
  const std::int64_t count_;
  std::atomic<std::int64_t> next_{0};
  std::atomic<bool> stopped_{false};
};

}  // namespace

std::unique_ptr<WorkQueue> make_local_queue(std::int64_t count) {
  return std::make_unique<LocalQueue>(count);
}

}  // namespace evotoken::cluster
