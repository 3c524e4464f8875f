// Reductions over the 32 threads of a warp. Partners are exchanged in a fixed order (lanes 16
// apart, then 8, 4, 2, 1), so sums have the same last bit on every run; every thread gets the
// result.
#pragma once

#include "engine/kernels/tile_findings.h"

namespace evotoken::kernels::tiles {

__device__ inline float from_lane_xor(float mine, int lanes) {
  return __shfl_xor_sync(0xFFFFFFFFU, mine, lanes);
}
__device__ inline double from_lane_xor(double mine, int lanes) {
  return __shfl_xor_sync(0xFFFFFFFFU, mine, lanes);
}
__device__ inline std::int32_t from_lane_xor(std::int32_t mine, int lanes) {
  return __shfl_xor_sync(0xFFFFFFFFU, mine, lanes);
}
__device__ inline Ranked from_lane_xor(const Ranked& mine, int lanes) {
  return {from_lane_xor(mine.logit, lanes), from_lane_xor(mine.id, lanes)};
}
__device__ inline Contender from_lane_xor(const Contender& mine, int lanes) {
  return {from_lane_xor(mine.value, lanes), from_lane_xor(mine.logit, lanes),
          from_lane_xor(mine.id, lanes)};
}

/// `combine` must be commutative.
template <typename T, typename Combine>
__device__ T warp_reduce(T mine, Combine combine) {
#pragma unroll
  for (int lanes = 16; lanes > 0; lanes /= 2) mine = combine(mine, from_lane_xor(mine, lanes));
  return mine;
}

template <typename Number>
__device__ Number warp_sum(Number mine) {
  return warp_reduce(mine, [](Number a, Number b) { return a + b; });
}
__device__ inline float warp_maximum(float mine) {
  return warp_reduce(mine, [](float a, float b) { return larger_or_nan(a, b); });
}
template <typename Entry>
__device__ Entry warp_first(const Entry& mine) {
  return warp_reduce(mine, [](const Entry& a, const Entry& b) { return first_of(a, b); });
}

/// Merges the lists of a warp's threads (ids differ, and the lists are used up): lane k < count
/// gets the k-th entry of all, the other lanes none.
template <int kCapacity>
__device__ Ranked warp_top(TopList<kCapacity>& list, int count) {
  const int lane = static_cast<int>(threadIdx.x % 32);
  Ranked mine = no_ranked();
  for (int k = 0; k < count; ++k) {
    const Ranked best = warp_first(list.entries[0]);
    if (best.id == kNoRow) break;
    if (best.id == list.entries[0].id) list.drop_first();
    if (lane == k) mine = best;
  }
  return mine;
}

}  // namespace evotoken::kernels::tiles
