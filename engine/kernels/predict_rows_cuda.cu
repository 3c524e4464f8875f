// One read of the logits: thread blocks scan tiles of rows (tile_scan.h), leave what they found in
// a workspace, and a warp per row merges it in the order of the tiles. Tiles have a fixed size, so
// a single row already occupies several multiprocessors (LLaDA's 126,464 logits are 16 tiles, a
// block of 32 rows 512), and results do not depend on how many rows there are or where they lie.
//
// Logits that are not numbers: candidate −1 as in predict_rows_plain. Beyond it, a NaN anywhere in
// a row makes its top ids −1 and its shares NaN (the plain kernel notices it among the first K
// only).
#include <c10/util/BFloat16.h>
#include <c10/util/Exception.h>  // AT_ASSERT, which ATen's Philox header needs in device code
#include <c10/util/Half.h>
#include <cuda_runtime.h>

#include "engine/kernels/cuda_launch.cuh"
#include "engine/kernels/long_lists.cuh"
#include "engine/kernels/predict_rows.h"
#include "engine/kernels/tile_noise.h"
#include "engine/kernels/tile_scan.h"
#include "engine/kernels/warp_reduce.cuh"

namespace evotoken::kernels {
namespace tiles {
namespace {

/// K up to which lists stay in registers. Soft tokens are made of 3 by default.
constexpr int kLongestList = 8;

/// Thread blocks of a multiprocessor. With 4 of them a thread has 64 registers, and nothing spills;
/// the 512 blocks of 32 rows of LLaDA's vocabulary are resident at once on 132 multiprocessors.
constexpr int kResidentBlocks = 4;

/// How a launch is cut, and where tiles leave what they find.
struct Plan {
  std::int64_t rows = 0;  ///< that are scanned by tiles, the first ones
  std::int32_t tiles = 0;
  std::int32_t listed = 0;          ///< entries of each tile's list; 0: none wanted
  bool lists_shares = false;        ///< whether the merged list is the wanted top K
  TilePartial* partials = nullptr;  ///< [rows, tiles]
  Ranked* lists = nullptr;          ///< [rows, tiles, listed]

  Plan(const PredictRowsInput& input, void* workspace) {
    tiles = tile_count(input.vocab);
    lists_shares = input.top_k > 0 && input.top_k <= kLongestList;
    rows = lists_shares ? input.rows : input.candidate_rows;
    // Without noise the candidate is the first of a list.
    listed = lists_shares ? static_cast<std::int32_t>(input.top_k) : input.temperature == 0 ? 1 : 0;
    partials = static_cast<TilePartial*>(workspace);
    lists = reinterpret_cast<Ranked*>(partials + rows * tiles);
  }
};

/// What the warps of a block tell each other.
template <int kCapacity>
struct Shared {
  float maxima[kWarps];
  float lower_bounds[kWarps];
  double sums[kWarps];
  Contender contenders[kWarps];
  Ranked lists[kWarps][kCapacity];
};

__device__ float largest_of(const float* warp_values) {
  float largest = warp_values[0];
#pragma unroll
  for (int warp = 1; warp < kWarps; ++warp) largest = larger_or_nan(largest, warp_values[warp]);
  return largest;
}

/// The first warp puts the warps' findings together.
template <int kCapacity>
__device__ void write_tile(const Plan& plan, const Shared<kCapacity>& shared, float maximum,
                           bool has_candidate, bool noisy) {
  const int lane = static_cast<int>(threadIdx.x);
  TilePartial partial{0, no_contender(), maximum};
  if (has_candidate) {
    for (int warp = 0; warp < kWarps; ++warp) partial.sum += shared.sums[warp];
  }
  if (has_candidate && noisy) {
    partial.contender = warp_first(lane < kWarps ? shared.contenders[lane] : no_contender());
  }
  if (lane == 0) plan.partials[blockIdx.x] = partial;
  if (plan.listed == 0) return;
  TopList<kCapacity> list;
  for (int k = 0; k < plan.listed && lane < kWarps; ++k) list.offer(shared.lists[lane][k]);
  const Ranked entry = warp_top(list, plan.listed);
  if (lane < plan.listed) {
    plan.lists[static_cast<std::int64_t>(blockIdx.x) * plan.listed + lane] = entry;
  }
}

/// Grid: a block per tile, row after row.
template <typename T, int kCapacity, bool kNoisy>
__global__ void __launch_bounds__(kThreads, kResidentBlocks)
    scan_tiles_kernel(PredictRowsInput input, Plan plan) {
  __shared__ Shared<kCapacity> shared;
  const std::int32_t row_index = static_cast<std::int32_t>(blockIdx.x) / plan.tiles;
  const int tile = static_cast<std::int32_t>(blockIdx.x) % plan.tiles;
  const int thread = static_cast<int>(threadIdx.x);
  const int warp = thread / kWarpThreads;
  const int lane = thread % kWarpThreads;
  const bool has_candidate = row_index < input.candidate_rows;
  const RowView<T> row(input, row_index);

  const Look mine = look(row, tile, thread);
  const float warp_best = warp_maximum(mine.maximum);
  if (lane == 0) shared.maxima[warp] = warp_best;
  NoiseBounds bounds;
  if (kNoisy && has_candidate) {
    bounds = bound_noise(row, Noise(input, row_index), tile, thread);
    const float lower = warp_maximum(bounds.lower);
    if (lane == 0) shared.lower_bounds[warp] = lower;
  }
  __syncthreads();
  const float maximum = largest_of(shared.maxima);
  if (maximum != maximum) {  // for all threads of the block
    if (thread == 0) plan.partials[blockIdx.x] = {0, no_contender(), maximum};
    return;
  }

  if (has_candidate) {
    const double sum = warp_sum(sum_exp(row, tile, thread, maximum));
    if (lane == 0) shared.sums[warp] = sum;
  }
  if (plan.listed > 0) {
    const float threshold = top_threshold(shared.maxima, plan.listed);
    auto list = find_top<kCapacity>(row, tile, thread, mine.maxima, threshold);
    const Ranked entry = warp_top(list, plan.listed);
    if (lane < plan.listed) shared.lists[warp][lane] = entry;
  }
  if (kNoisy && has_candidate) {
    const float needed = needed_reach(largest_of(shared.lower_bounds), input.temperature);
    const unsigned promising = promising_packets(bounds.upper, needed);
    const Contender contender =
        warp_first(find_contender(row, Noise(input, row_index), tile, thread, promising));
    if (lane == 0) shared.contenders[warp] = contender;
  }
  __syncthreads();
  if (warp == 0) write_tile(plan, shared, maximum, has_candidate, kNoisy);
}

/// Writes a row's top K from the merged list, of which lane k holds the k-th entry.
__device__ void write_top(const PredictRowsInput& input, const PredictRowsOutput& output,
                          std::int64_t row, const Ranked& entry, bool numbers) {
  const int top_k = static_cast<int>(input.top_k);
  const int lane = static_cast<int>(threadIdx.x);
  const float first = __shfl_sync(0xFFFFFFFFU, entry.logit, 0);
  const double weight = top_weight(entry, {first, 0});
  double total = 0;
  for (int k = 0; k < top_k; ++k) total += __shfl_sync(0xFFFFFFFFU, weight, k);
  if (lane >= top_k) return;
  output.top_ids[row * top_k + lane] = numbers ? entry.id : -1;
  output.top_shares[row * top_k + lane] = numbers ? weight / total : kNotANumber;
}

/// Grid: a warp per row.
template <int kCapacity>
__global__ void __launch_bounds__(kWarpThreads)
    merge_tiles_kernel(PredictRowsInput input, PredictRowsOutput output, Plan plan) {
  const std::int64_t row = blockIdx.x;
  const int lane = static_cast<int>(threadIdx.x);
  const TilePartial* const partials = plan.partials + row * plan.tiles;
  const Ranked* const lists = plan.lists + row * plan.tiles * plan.listed;

  float maximum = -kInfinity;
  TopList<kCapacity> list;
  Contender candidate = no_contender();
  for (std::int32_t tile = lane; tile < plan.tiles; tile += kWarpThreads) {
    maximum = larger_or_nan(maximum, partials[tile].maximum);
    if (maximum != maximum) break;  // nothing else was written
    candidate = first_of(candidate, partials[tile].contender);
    for (int k = 0; k < plan.listed; ++k) list.offer(lists[tile * plan.listed + k]);
  }
  maximum = warp_maximum(maximum);
  const bool numbers = maximum == maximum;
  const Ranked entry = warp_top(list, plan.listed);
  if (plan.lists_shares) write_top(input, output, row, entry, numbers);
  if (row >= input.candidate_rows) return;

  double sum = 0;
  for (std::int32_t tile = lane; numbers && tile < plan.tiles; tile += kWarpThreads) {
    sum += rescaled_sum(partials[tile], maximum);
  }
  sum = warp_sum(sum);
  if (input.temperature == 0) {  // lane 0 holds the first of the list
    candidate = {static_cast<double>(entry.logit), entry.logit, entry.id};
  } else {
    candidate = warp_first(candidate);
  }
  if (lane == 0) write_candidate(output, row, candidate, maximum, sum);
}

template <typename T, int kCapacity>
void launch_tiles(const PredictRowsInput& input, const PredictRowsOutput& output, const Plan& plan,
                  cudaStream_t stream) {
  if (plan.rows == 0) return;
  const auto blocks = static_cast<unsigned>(plan.rows * plan.tiles);
  launch("scan_tiles_kernel",
         input.temperature > 0 ? scan_tiles_kernel<T, kCapacity, true>
                               : scan_tiles_kernel<T, kCapacity, false>,
         {blocks, kThreads, stream}, input, plan);
  const auto rows = static_cast<unsigned>(plan.rows);
  launch("merge_tiles_kernel", merge_tiles_kernel<kCapacity>, {rows, kWarpThreads, stream}, input,
         output, plan);
}

template <typename T>
void predict(const PredictRowsInput& input, const PredictRowsOutput& output, const Plan& plan,
             cudaStream_t stream) {
  if (plan.listed <= 4) {
    launch_tiles<T, 4>(input, output, plan, stream);
  } else {
    launch_tiles<T, kLongestList>(input, output, plan, stream);
  }
  if (input.top_k == 0 || plan.lists_shares) return;
  const auto rows = static_cast<unsigned>(input.rows);
  launch("long_lists_kernel", long_lists_kernel<T>, {rows, kThreads, stream}, input, output);
}

}  // namespace
}  // namespace tiles

std::int64_t predict_rows_cuda_workspace_bytes(const PredictRowsInput& input) {
  const tiles::Plan plan(input, nullptr);
  const auto bytes_per_tile = static_cast<std::int64_t>(sizeof(tiles::TilePartial)) +
                              plan.listed * static_cast<std::int64_t>(sizeof(tiles::Ranked));
  return plan.rows * plan.tiles * bytes_per_tile;
}

void predict_rows_cuda(const PredictRowsInput& input, const PredictRowsOutput& output,
                       void* workspace, int device, void* stream) {
  if (input.rows == 0) return;
  const tiles::Plan plan(input, workspace);
  const cudaStream_t on = stream_on(device, stream);
  switch (input.type) {
    case LogitType::kFloat32:
      return tiles::predict<float>(input, output, plan, on);
    case LogitType::kBFloat16:
      return tiles::predict<c10::BFloat16>(input, output, plan, on);
    case LogitType::kFloat16:
      return tiles::predict<c10::Half>(input, output, plan, on);
  }
}

bool built_with_cuda() { return true; }

}  // namespace evotoken::kernels
