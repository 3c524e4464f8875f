// One thread block per row. The row is read once per top-K rank, once for the maximum, and once for
// normaliser and candidate; a row of 126,464 bf16 logits (253 kB) stays in L2 between the reads.
// Sums run in a fixed order, so results do not depend on the launch. Logits that are not numbers
// make the sum one too, which is where they are noticed.
#include <c10/util/Exception.h>  // AT_ASSERT, which ATen's Philox header needs in device code
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <string>

#include "base/error.h"
#include "engine/kernels/predict_rows.h"
#include "engine/kernels/uniforms.h"

namespace evotoken::kernels {
namespace {

constexpr int kThreads = 512;
constexpr double kLowest = -1.7976931348623157e308;

/// A logit (possibly with noise) and its row; ordered by value, the lower row first among equals.
struct Entry {
  double value;
  std::int64_t id;  ///< −1: none
};

__device__ bool before(const Entry& a, const Entry& b) {
  if (b.id < 0) return a.id >= 0;
  if (a.id < 0) return false;
  return a.value > b.value || (a.value == b.value && a.id < b.id);
}

/// Reduces one value per thread in a fixed tree; every thread gets the result.
template <typename T, typename Combine>
__device__ T block_reduce(T mine, T* shared, Combine combine) {
  shared[threadIdx.x] = mine;
  __syncthreads();
  for (int width = kThreads / 2; width > 0; width /= 2) {
    if (threadIdx.x < width) {
      shared[threadIdx.x] = combine(shared[threadIdx.x], shared[threadIdx.x + width]);
    }
    __syncthreads();
  }
  const T result = shared[0];
  __syncthreads();
  return result;
}

__device__ Entry first_of(const Entry& a, const Entry& b) { return before(a, b) ? a : b; }

template <typename T>
__device__ double logit_at(const T* logits, std::int64_t v) {
  return static_cast<double>(static_cast<float>(logits[v]));
}

/// The largest entry that comes after `previous` in the order: called K times, it lists the top K.
template <typename T>
__device__ Entry next_largest(const T* logits, std::int64_t vocab, std::int64_t excluded,
                              const Entry& previous, Entry* shared) {
  Entry best{0, -1};
  for (std::int64_t v = threadIdx.x; v < vocab; v += kThreads) {
    const Entry entry{logit_at(logits, v), v};
    if (v == excluded || (previous.id >= 0 && !before(previous, entry))) continue;
    best = first_of(entry, best);
  }
  return block_reduce(best, shared, first_of);
}

template <typename T>
__device__ void write_top_shares(const T* logits, const PredictRowsInput& input,
                                 const PredictRowsOutput& output, std::int64_t row,
                                 std::int64_t excluded, Entry* shared) {
  std::int32_t* const ids = output.top_ids + row * input.top_k;
  double* const shares = output.top_shares + row * input.top_k;
  Entry entry{0, -1};
  double maximum = 0;
  double sum = 0;
  for (std::int64_t k = 0; k < input.top_k; ++k) {
    entry = next_largest(logits, input.vocab, excluded, entry, shared);
    if (k == 0) maximum = entry.value;
    const double weight = exp(entry.value - maximum);
    sum += weight;
    if (threadIdx.x == 0) {
      ids[k] = static_cast<std::int32_t>(entry.id);
      shares[k] = weight;
    }
  }
  if (threadIdx.x == 0) {
    for (std::int64_t k = 0; k < input.top_k; ++k) shares[k] /= sum;
  }
}

__device__ double gumbel_noise(const PredictRowsInput& input, std::int64_t row, std::int64_t v) {
  const double u = input.uniforms != nullptr
                       ? input.uniforms[row * input.vocab + v]
                       : uniform(input.random_key, input.step,
                                 input.first_position + static_cast<std::uint32_t>(row),
                                 static_cast<std::uint64_t>(v));
  return input.temperature * log(-log(u));
}

template <typename T>
__global__ void predict_rows_kernel(PredictRowsInput input, PredictRowsOutput output) {
  __shared__ Entry shared_entries[kThreads];
  __shared__ double shared_sums[kThreads];
  const std::int64_t row = blockIdx.x;
  const T* const logits = static_cast<const T*>(input.logits) + row * input.vocab;
  const std::int64_t excluded = input.ban_mask && input.temperature == 0 ? input.mask_id : -1;

  if (input.top_k > 0) write_top_shares(logits, input, output, row, excluded, shared_entries);
  if (row >= input.candidate_rows) return;

  const Entry maximum = next_largest(logits, input.vocab, excluded, Entry{0, -1}, shared_entries);
  double sum = 0;
  Entry best{kLowest, -1};
  for (std::int64_t v = threadIdx.x; v < input.vocab; v += kThreads) {
    const double logit = logit_at(logits, v);
    if (v != excluded) sum += exp(logit - maximum.value);
    if (input.ban_mask && v == input.mask_id) continue;
    const double noise = input.temperature > 0 ? gumbel_noise(input, row, v) : 0;
    best = first_of(Entry{logit - noise, v}, best);
  }
  sum = block_reduce(sum, shared_sums, [](double a, double b) { return a + b; });
  best = block_reduce(best, shared_entries, first_of);
  if (threadIdx.x != 0) return;
  const bool numbers = isfinite(sum) && best.id >= 0;
  output.candidate[row] = numbers ? static_cast<std::int32_t>(best.id) : -1;
  output.confidence[row] = numbers ? exp(logit_at(logits, best.id) - maximum.value) / sum : 0;
}

void check(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  throw DeviceError(std::string("predict_rows_cuda: ") + what + " failed (" +
                    cudaGetErrorString(error) +
                    "), expected a working GPU; see nvidia-smi, or use --device cpu");
}

}  // namespace

void predict_rows_cuda(const PredictRowsInput& input, const PredictRowsOutput& output, int device,
                       void* stream) {
  if (input.rows == 0) return;
  // This CUDA run time is linked statically, beside LibTorch's, and has a current device of its
  // own.
  check(cudaSetDevice(device), "cudaSetDevice");
  const auto blocks = static_cast<unsigned>(input.rows);
  auto* const cuda_stream = static_cast<cudaStream_t>(stream);
  switch (input.type) {
    case LogitType::kFloat32:
      predict_rows_kernel<float><<<blocks, kThreads, 0, cuda_stream>>>(input, output);
      break;
    case LogitType::kBFloat16:
      predict_rows_kernel<__nv_bfloat16><<<blocks, kThreads, 0, cuda_stream>>>(input, output);
      break;
    case LogitType::kFloat16:
      predict_rows_kernel<__half><<<blocks, kThreads, 0, cuda_stream>>>(input, output);
      break;
  }
  check(cudaGetLastError(), "launch");
}

bool built_with_cuda() { return true; }

}  // namespace evotoken::kernels
