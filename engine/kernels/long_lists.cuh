// Top K for a K that registers do not hold: one thread block per row reads the row once per rank,
// from the second time on out of L2. No decoder asks for so many; speed was not looked at.
#pragma once

#include "engine/kernels/tile_scan.h"
#include "engine/kernels/warp_reduce.cuh"

namespace evotoken::kernels::tiles {

/// The first entry of the row after `previous`; NaN anywhere in the row becomes its logit. Every
/// thread gets it. `shared`: kWarps entries.
template <typename T>
__device__ Ranked next_in_order(const RowView<T>& row, const Ranked& previous, Ranked* shared) {
  const int thread = static_cast<int>(threadIdx.x);
  Ranked best = no_ranked();
  bool numbers = true;
  for (std::int32_t id = thread; id < row.vocab; id += kThreads) {
    if (!row.takes_part(id)) continue;
    const Ranked entry{row[id], id};
    numbers = numbers && entry.logit == entry.logit;
    if (before(previous, entry)) best = first_of(entry, best);
  }
  best = warp_first(best);
  if (thread % kWarpThreads == 0) shared[thread / kWarpThreads] = best;
  numbers = __syncthreads_and(numbers ? 1 : 0) != 0;
  best = shared[0];
  for (int warp = 1; warp < kWarps; ++warp) best = first_of(best, shared[warp]);
  __syncthreads();  // shared may be written again
  return numbers ? best : Ranked{kNotANumber, -1};
}

/// Grid: a block of kThreads per row. Writes top ids and shares of any K.
template <typename T>
__global__ void __launch_bounds__(kThreads)
    long_lists_kernel(PredictRowsInput input, PredictRowsOutput output) {
  __shared__ Ranked shared[kWarps];
  const std::int64_t row_index = blockIdx.x;
  const RowView<T> row(input, row_index);
  std::int32_t* const ids = output.top_ids + row_index * input.top_k;
  double* const shares = output.top_shares + row_index * input.top_k;
  Ranked entry{kInfinity, -1};  // before all
  Ranked first = entry;
  double sum = 0;
  for (std::int64_t k = 0; k < input.top_k; ++k) {
    entry = next_in_order(row, entry, shared);
    if (k == 0) first = entry;
    const double weight = top_weight(entry, first);
    sum += weight;
    if (threadIdx.x != 0) continue;
    ids[k] = entry.id;
    shares[k] = weight;
  }
  if (threadIdx.x != 0) return;
  for (std::int64_t k = 0; k < input.top_k; ++k) shares[k] /= sum;
}

}  // namespace evotoken::kernels::tiles
