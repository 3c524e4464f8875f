// What the tests of emulated kernels stand on: exchanges, barriers, and that a kernel which would
// hang a GPU is told.
#include "tests/engine/kernels/emulated_cuda/thread_block.h"

#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace evotoken::testing {
namespace {

template <typename... Parameters, typename... Arguments>
void play(unsigned blocks, unsigned threads, void (*kernel)(Parameters...),
          Arguments... arguments) {
  cudaLaunchConfig_t config;
  config.gridDim.x = blocks;
  config.blockDim.x = threads;
  EXPECT_EQ(cudaLaunchKernelEx(&config, kernel, arguments...), cudaSuccess);
}

__global__ void reverse(const int* in, int* out) {
  __shared__ int kept[64];
  kept[threadIdx.x] = in[blockIdx.x * 64 + threadIdx.x];
  __syncthreads();
  out[blockIdx.x * 64 + threadIdx.x] = kept[63 - threadIdx.x];
}

TEST(ThreadBlock, ThreadsSeeAtABarrierWhatOthersWrote) {
  int in[128];
  int out[128] = {};
  for (int i = 0; i < 128; ++i) in[i] = i * i;
  play(2, 64, reverse, in, out);
  for (int i = 0; i < 128; ++i) EXPECT_EQ(out[i], in[i / 64 * 64 + 63 - i % 64]);
}

__global__ void exchange(double* out) {
  const double mine = threadIdx.x;
  const double neighbour = __shfl_xor_sync(~0U, mine, 1);
  const double third = __shfl_sync(~0U, neighbour, 3);
  out[threadIdx.x] = 1000 * neighbour + third;
}

TEST(ThreadBlock, LanesExchangeWithinTheirWarp) {
  double out[96];
  play(1, 96, exchange, out);
  for (unsigned i = 0; i < 96; ++i) EXPECT_EQ(out[i], 1000 * (i ^ 1U) + i / 32 * 32 + 2);
}

__global__ void count(int* any, int* all, int* sum) {
  for (int round = 0; round < 4; ++round) {  // holds for none, one, many, all
    const bool holds = threadIdx.x < (round == 3 ? 64U : unsigned(round * round));
    const int some = __syncthreads_or(holds ? 1 : 0);
    const int every = __syncthreads_and(holds ? 1 : 0);
    any[round * 64 + threadIdx.x] = some;
    all[round * 64 + threadIdx.x] = every;
    atomicAdd(sum, holds ? 1 : 0);
  }
}

TEST(ThreadBlock, VotesAreHeardByAll) {
  int any[256];
  int all[256];
  int sum = 0;
  play(1, 64, count, any, all, &sum);
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(any[i], i < 64 ? 0 : 1);
    EXPECT_EQ(all[i], i < 192 ? 0 : 1);
  }
  EXPECT_EQ(sum, 0 + 1 + 4 + 64);
}

__global__ void hang() {
  if (threadIdx.x < 16) __syncthreads();
}

TEST(ThreadBlock, ABarrierThatNotAllReachIsAnError) {
  EXPECT_THROW(play(1, 64, hang), std::logic_error);
}

}  // namespace
}  // namespace evotoken::testing
