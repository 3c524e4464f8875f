// What a CUDA graph is to the engine: work that was recorded once and is played again, all its
// kernels by a single launch. Behind an interface because LibTorch's CUDA libraries are loaded at
// run time (cuda_graph.h), and so that tests need no GPU.
#pragma once

#include <functional>
#include <memory>

namespace evotoken::model {

class RecordedWork {
 public:
  virtual ~RecordedWork() = default;
  /// Enqueues the work again, on the same memory.
  virtual void replay() = 0;
};

class GraphRecorder {
 public:
  virtual ~GraphRecorder() = default;
  /// Calls `work`, whose kernels are recorded and not run: what they compute is there after
  /// replay(), which may also call it again as long as the recording lives. The memory that it
  /// reads, and what it keeps, must live as long. Not thread-safe. Throws what `work` throws,
  /// c10::Error where something in it cannot be recorded, of which c10::OutOfMemoryError need not
  /// be the last word.
  virtual std::unique_ptr<RecordedWork> record(const std::function<void()>& work) = 0;
};

}  // namespace evotoken::model
