// Forward passes as CUDA graphs, by LibTorch's at::cuda::CUDAGraph, in the order of its Python
// interface (torch/cuda/graphs.py): wait for the device, begin on a stream of one's own, end there.
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/StreamGuard.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>

#include "engine/model/cuda_graph.h"

namespace evotoken::model {
namespace {

class CudaGraph final : public RecordedPass {
 public:
  CudaGraph(const std::function<void()>& pass, at::cuda::MempoolId_t pool,
            const c10::cuda::CUDAStream& stream) {
    const c10::StreamGuard guard(stream.unwrap());  // CUDA's own would need the CUDA run time
    c10::cuda::device_synchronize();
    // Other threads may allocate and launch meanwhile.
    graph_.capture_begin(pool, cudaStreamCaptureModeThreadLocal);
    try {
      pass();
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

  at::cuda::CUDAGraph graph_;
};

class CudaGraphRecorder final : public PassRecorder {
 public:
  explicit CudaGraphRecorder(c10::DeviceIndex device)
      : stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device)),
        pool_(at::cuda::graph_pool_handle()) {}

  std::unique_ptr<RecordedPass> record(const std::function<void()>& pass) override {
    return std::make_unique<CudaGraph>(pass, pool_, stream_);
  }

 private:
  c10::cuda::CUDAStream stream_;
  at::cuda::MempoolId_t pool_;  ///< of all recordings
};

}  // namespace
}  // namespace evotoken::model

extern "C" __attribute__((visibility("default"))) evotoken::model::PassRecorder*
evotoken_make_pass_recorder(int device) {
  return new evotoken::model::CudaGraphRecorder(static_cast<c10::DeviceIndex>(device));
}
