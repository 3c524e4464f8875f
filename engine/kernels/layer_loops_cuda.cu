// The threads of layer_threads.h as kernels: a block of kThreads per row, or a thread per packet.
// All are bound by memory; rows of 4,096 numbers keep every thread at two packets.
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>
#include <cuda_runtime.h>

#include "engine/kernels/cuda_launch.cuh"
#include "engine/kernels/layer_loops_cuda.h"
#include "engine/kernels/layer_threads.h"
#include "engine/kernels/warp_reduce.cuh"

namespace evotoken::kernels {
namespace layers {
namespace {

/// Grid: a block per row.
template <typename T>
__global__ void __launch_bounds__(kThreads) rms_norm_kernel(RmsNormRows<T> work, bool aligned) {
  __shared__ float sums[kWarps];
  const int thread = static_cast<int>(threadIdx.x);
  const std::int64_t row = blockIdx.x;
  const float of_warp = tiles::warp_sum(sum_of_squares(work, row, thread, aligned));
  if (thread % kWarpThreads == 0) sums[thread / kWarpThreads] = of_warp;
  __syncthreads();
  float sum = 0;
  for (int warp = 0; warp < kWarps; ++warp) sum += sums[warp];
  write_normalised(work, row, thread, sum, aligned);
}

/// Grid: a thread per packet of the heads' first halves.
template <typename T, bool kStepwise>
__global__ void __launch_bounds__(kThreads)
    rotate_kernel(RotateRows<T> work, std::uint32_t packets, bool aligned) {
  const std::uint32_t number = blockIdx.x * kThreads + threadIdx.x;
  if (number < packets) rotate_packet<T, kStepwise>(work, number, aligned);
}

/// Grid: a thread per packet.
template <typename T>
__global__ void __launch_bounds__(kThreads)
    gated_silu_kernel(GatedSilu<T> work, std::int64_t packets, bool aligned) {
  const std::int64_t number = static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x;
  if (number < packets) gate_packet(work, number, aligned);
}

unsigned blocks_for(std::int64_t packets) {
  return static_cast<unsigned>((packets + kThreads - 1) / kThreads);
}

}  // namespace
}  // namespace layers

template <typename T>
void rms_norm_rows_cuda(const RmsNormRows<T>& work, int device, void* stream) {
  if (work.rows == 0) return;
  const auto blocks = static_cast<unsigned>(work.rows);
  launch("rms_norm_kernel", layers::rms_norm_kernel<T>,
         {blocks, layers::kThreads, stream_on(device, stream)}, work, layers::aligned(work));
}

template <typename T>
void rotate_rows_cuda(const RotateRows<T>& work, int device, void* stream) {
  const std::int64_t packets = layers::packets_of(work);
  if (packets == 0) return;
  launch("rotate_kernel",
         work.stepwise ? layers::rotate_kernel<T, true> : layers::rotate_kernel<T, false>,
         {layers::blocks_for(packets), layers::kThreads, stream_on(device, stream)}, work,
         static_cast<std::uint32_t>(packets), layers::aligned(work));
}

template <typename T>
void gated_silu_cuda(const GatedSilu<T>& work, int device, void* stream) {
  const std::int64_t packets = layers::packets_of(work.count);
  if (packets == 0) return;
  launch("gated_silu_kernel", layers::gated_silu_kernel<T>,
         {layers::blocks_for(packets), layers::kThreads, stream_on(device, stream)}, work, packets,
         layers::aligned(work));
}

#define EVOTOKEN_LAYER_KERNELS_OF(T)                                      \
  template void rms_norm_rows_cuda<T>(const RmsNormRows<T>&, int, void*); \
  template void rotate_rows_cuda<T>(const RotateRows<T>&, int, void*);    \
  template void gated_silu_cuda<T>(const GatedSilu<T>&, int, void*);
EVOTOKEN_LAYER_KERNELS_OF(float)
EVOTOKEN_LAYER_KERNELS_OF(c10::BFloat16)
EVOTOKEN_LAYER_KERNELS_OF(c10::Half)
#undef EVOTOKEN_LAYER_KERNELS_OF

}  // namespace evotoken::kernels
