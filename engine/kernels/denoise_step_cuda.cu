// A denoising step by one thread block: a block of text is a few dozen positions, whose choice
// among each other needs no more. A pass of the model before it takes a thousand times as long.
#include <c10/util/BFloat16.h>
#include <c10/util/Exception.h>  // AT_ASSERT, which ATen's Philox header needs in device code
#include <c10/util/Half.h>
#include <cuda_runtime.h>

#include "engine/kernels/cuda_launch.cuh"
#include "engine/kernels/denoise_step.h"
#include "engine/kernels/denoise_threads.h"

namespace evotoken::kernels {
namespace denoising {
namespace {

constexpr int kThreads = 256;

/// Grid: one block.
template <typename T>
__global__ void __launch_bounds__(kThreads) denoise_step_kernel(DenoiseStep work) {
  __shared__ int masks_left;
  __shared__ int revised;
  const int thread = static_cast<int>(threadIdx.x);
  if (thread == 0) masks_left = revised = 0;
  if (work.progress->unusable_position >= 0) return;  // in all threads
  if (__syncthreads_or(all_usable(work, thread, kThreads) ? 0 : 1) != 0) {
    if (thread == 0) name_unusable(work);
    return;
  }
  write_scores<T>(work, thread, kThreads);
  __syncthreads();
  choose(work, thread, kThreads);
  __syncthreads();
  const Applied mine = apply<T>(work, thread, kThreads);
  if (mine.masks_left > 0) atomicAdd(&masks_left, mine.masks_left);
  if (mine.revised > 0) atomicAdd(&revised, mine.revised);
  __syncthreads();
  if (thread == 0) count_step(work, {masks_left, revised});
}

template <typename T>
void launch_step(const DenoiseStep& work, cudaStream_t stream) {
  launch("denoise_step_kernel", denoise_step_kernel<T>, {1, kThreads, stream}, work);
}

}  // namespace
}  // namespace denoising

void denoise_step_cuda(const DenoiseStep& work, int device, void* handle) {
  const cudaStream_t stream = stream_on(device, handle);
  switch (work.type) {
    case LogitType::kFloat32:
      return denoising::launch_step<float>(work, stream);
    case LogitType::kBFloat16:
      return denoising::launch_step<c10::BFloat16>(work, stream);
    case LogitType::kFloat16:
      return denoising::launch_step<c10::Half>(work, stream);
  }
}

}  // namespace evotoken::kernels
