// Stands in for CUDA's header of this name, so that a C++ compiler takes our kernels and a test
// plays them, threads, warps, barriers and all, where there is no GPU (thread_block.h). It knows
// what our kernels use and no more. What it cannot show: how fast they are, what nvcc makes of
// them, and races within a warp.
#pragma once

#include <cstddef>
#include <tuple>
#include <utility>

#include "tests/engine/kernels/emulated_cuda/thread_block.h"

#define __global__
#define __device__
#define __launch_bounds__(...)
#define __shared__ static  // blocks are played one after the other

using cudaStream_t = void*;
enum cudaError_t { cudaSuccess = 0 };
inline const char* cudaGetErrorString(cudaError_t /*error*/) { return "no error"; }
inline cudaError_t cudaSetDevice(int /*device*/) { return cudaSuccess; }

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
};

struct cudaLaunchConfig_t {
  dim3 gridDim;
  dim3 blockDim;
  std::size_t dynamicSmemBytes = 0;
  cudaStream_t stream = nullptr;
};

/// Where the running thread stands.
inline dim3 threadIdx;
inline dim3 blockIdx;

/// Plays all blocks of the grid before it returns.
template <typename... Parameters, typename... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
  const std::tuple<Parameters...> copies(std::forward<Arguments>(arguments)...);
  for (unsigned block = 0; block < config->gridDim.x; ++block) {
    blockIdx.x = block;
    evotoken::testing::ThreadBlock(config->blockDim.x, threadIdx.x, [&] {
      std::apply(kernel, copies);
    }).run();
  }
  return cudaSuccess;
}

inline void __syncthreads() { evotoken::testing::ThreadBlock::current().wait_for_block(); }
inline int __syncthreads_or(int holds) {
  return evotoken::testing::ThreadBlock::current().count_votes(holds != 0) > 0 ? 1 : 0;
}
inline int __syncthreads_and(int holds) {
  return evotoken::testing::ThreadBlock::current().count_votes(holds == 0) == 0 ? 1 : 0;
}

/// Of whole warps only, as our kernels use it.
template <typename T>
T __shfl_sync(unsigned /*all*/, T mine, int lane) {
  return evotoken::testing::ThreadBlock::current().from_lane(mine, static_cast<unsigned>(lane));
}
template <typename T>
T __shfl_xor_sync(unsigned /*all*/, T mine, int lanes) {
  return evotoken::testing::ThreadBlock::current().from_lane(
      mine,
      threadIdx.x % evotoken::testing::ThreadBlock::kWarpThreads ^ static_cast<unsigned>(lanes));
}

inline int atomicAdd(int* sum, int amount) { return std::exchange(*sum, *sum + amount); }
