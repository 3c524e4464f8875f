// What a CUDA graph is to the engine: a forward pass that was recorded once and is played again,
// all its kernels by a single launch. Behind an interface because LibTorch's CUDA libraries are
// loaded at run time (cuda_graph.h), and so that tests need no GPU.
#pragma once

#include <functional>
#include <memory>

namespace evotoken::model {

class RecordedPass {
 public:
  virtual ~RecordedPass() = default;
  /// Enqueues the pass again, on the same memory.
  virtual void replay() = 0;
};

class PassRecorder {
 public:
  virtual ~PassRecorder() = default;
  /// Calls `pass`, whose work is recorded and not done: what it computes is there after replay(),
  /// which may also call it again as long as the recording lives. The memory that it reads, and
  /// what it keeps, must live as long. Not thread-safe. Throws what `pass` throws, and c10::Error
  /// where something in it cannot be recorded.
  virtual std::unique_ptr<RecordedPass> record(const std::function<void()>& pass) = 0;
};

}  // namespace evotoken::model
