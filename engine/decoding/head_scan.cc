// Threads share the tiles of the vocabulary. A tile's product is one GEMM on one thread, of the
// same shape whatever the number of threads, so logits do not depend on that number; what is found
// in the tiles is merged by rules that do not depend on the order (row_scan.h).
#include "engine/decoding/head_scan.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "engine/kernels/row_scan.h"

namespace evotoken::decoding {
namespace {

using kernels::kTileRows;
static_assert(kTileRows == model::PackedWeight::kPanelRows);

using RowFindings = std::vector<kernels::Findings>;              // [rows]
using TileSums = std::vector<std::vector<kernels::PartialSum>>;  // [rows][tiles]

/// Evaluates the tiles [begin, end) and scans them; writes these tiles' sums.
RowFindings scan_tiles(const at::Tensor& hidden, const model::Linear& head,
                       const kernels::PredictRowsInput& input, std::int64_t begin, std::int64_t end,
                       TileSums& sums) {
  RowFindings findings(static_cast<std::size_t>(input.rows));
  const at::Tensor buffer = at::empty({input.rows * kTileRows}, hidden.options());
  for (std::int64_t tile = begin; tile < end; ++tile) {
    const std::int64_t first = tile * kTileRows;
    const std::int64_t count = std::min(kTileRows, input.vocab - first);
    at::Tensor logits = buffer.narrow(0, 0, input.rows * count).view({input.rows, count});
    head.multiply_panel(hidden, first, logits);
    const at::Tensor floats = logits.to(at::kFloat);
    for (std::int64_t row = 0; row < input.rows; ++row) {
      const auto r = static_cast<std::size_t>(row);
      sums[r][static_cast<std::size_t>(tile)] = kernels::scan_tile(
          input, row, floats.const_data_ptr<float>() + row * count, first, count, findings[r]);
    }
  }
  return findings;
}

}  // namespace

void scan_head(const at::Tensor& hidden, const model::Linear& head,
               const kernels::PredictRowsInput& input, const kernels::PredictRowsOutput& output) {
  const std::int64_t tiles = kernels::tile_count(input.vocab);
  const auto rows = static_cast<std::size_t>(input.rows);
  RowFindings findings(rows);
  TileSums sums(rows, std::vector<kernels::PartialSum>(static_cast<std::size_t>(tiles)));
  std::mutex merging;
  at::parallel_for(0, tiles, 1, [&](std::int64_t begin, std::int64_t end) {
    const c10::InferenceMode inference;  // a thread of its own has a mode of its own
    const RowFindings found = scan_tiles(hidden, head, input, begin, end, sums);
    const std::lock_guard lock(merging);
    for (std::size_t r = 0; r < rows; ++r) kernels::merge(findings[r], found[r], input.top_k);
  });
  for (std::int64_t row = 0; row < input.rows; ++row) {
    const auto r = static_cast<std::size_t>(row);
    kernels::finish_row(input, row, findings[r], sums[r], output);
  }
}

}  // namespace evotoken::decoding
