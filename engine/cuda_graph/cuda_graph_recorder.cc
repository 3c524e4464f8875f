// CUDA graphs by LibTorch's at::cuda::CUDAGraph, in the order of its Python interface
// (torch/cuda/graphs.py): wait for the device, begin on a stream of one's own, end there.
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/StreamGuard.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>

#include "engine/model/cuda_graph.h"

namespace evotoken::model {
namespace {

/// The memory of all recordings that are alive. The allocator gives a pool up with its last one and
/// takes it for no other after that.
struct Pool {
  at::cuda::MempoolId_t id = at::cuda::graph_pool_handle();
};

class CudaGraph final : public RecordedWork {
 public:
  CudaGraph(const std::function<void()>& work, std::shared_ptr<const Pool> pool,
            const c10::cuda::CUDAStream& stream)
      : pool_(std::move(pool)) {
    const c10::StreamGuard guard(stream.unwrap());  // CUDA's own would need the CUDA run time
    c10::cuda::device_synchronize();
    // Other threads may allocate and launch meanwhile.
    graph_.capture_begin(pool_->id, cudaStreamCaptureModeThreadLocal);
    try {
      work();
    } catch (...) {
      end_failed();
      throw;
    }
    graph_.capture_end();
  }

  /// On the current stream, which need not be the one of the recording.
  void replay() override { graph_.replay(); }

 private:
  /// The stream must not stay in capture; why it came to this is in flight already.
  void end_failed() noexcept {
    try {
      graph_.capture_end();
    } catch (const c10::Error&) {
    }
  }

  std::shared_ptr<const Pool> pool_;
  at::cuda::CUDAGraph graph_;
};

class CudaGraphRecorder final : public GraphRecorder {
 public:
  explicit CudaGraphRecorder(c10::DeviceIndex device)
      : stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device)) {}

  std::unique_ptr<RecordedWork> record(const std::function<void()>& work) override {
    try {
      return std::make_unique<CudaGraph>(work, pool(), stream_);
    } catch (const c10::OutOfMemoryError&) {
      // A recording cannot take over memory that lies idle since work that was not recorded.
      c10::cuda::CUDACachingAllocator::emptyCache();
      return std::make_unique<CudaGraph>(work, pool(), stream_);
    }
  }

 private:
  std::shared_ptr<const Pool> pool() {
    std::shared_ptr<const Pool> pool = pool_.lock();
    if (pool == nullptr) pool_ = pool = std::make_shared<const Pool>();
    return pool;
  }

  c10::cuda::CUDAStream stream_;
  std::weak_ptr<const Pool> pool_;
};

}  // namespace
}  // namespace evotoken::model

extern "C" __attribute__((visibility("default"))) evotoken::model::GraphRecorder*
evotoken_make_graph_recorder(int device) {
  return new evotoken::model::CudaGraphRecorder(static_cast<c10::DeviceIndex>(device));
}
