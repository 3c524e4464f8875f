// Threads share the tiles of the vocabulary. A tile's product is one GEMM on one thread, of the
// same shape whatever the number of threads, so logits do not depend on that number; what is found
// in the tiles is merged by rules that do not depend on the order (row_scan.h).
#include "engine/decoding/head_scan.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/kernels/packed_product.h"
#include "engine/kernels/row_scan.h"
#include "engine/model/parallel.h"

namespace evotoken::decoding {
namespace {

using kernels::kTileRows;
static_assert(kTileRows % kernels::kPanelRows == 0);

using RowFindings = std::vector<kernels::Findings>;              // [rows]
using TileSums = std::vector<std::vector<kernels::PartialSum>>;  // [rows][tiles]

/// One sweep: what is the same for all tiles.
class Sweep {
 public:
  Sweep(const at::Tensor& hidden, const model::Linear& head, const kernels::PredictRowsInput& input)
      : hidden_(hidden), head_(head), input_(input) {
    if (head.packed != nullptr) packed_rows_.emplace(hidden);
  }

  /// Evaluates the tiles [begin, end) and scans them; writes these tiles' sums.
  RowFindings scan(std::int64_t begin, std::int64_t end, TileSums& sums) const {
    RowFindings findings(static_cast<std::size_t>(input_.rows));
    const at::Tensor buffer = at::empty({input_.rows * kTileRows}, at::kFloat);
    for (std::int64_t tile = begin; tile < end; ++tile) {
      const std::int64_t first = tile * kTileRows;
      const std::int64_t count = std::min(kTileRows, input_.vocab - first);
      const at::Tensor place = buffer.narrow(0, 0, input_.rows * count).view({-1, count});
      const at::Tensor logits = tile_logits(first, place);
      const float* row_logits = logits.const_data_ptr<float>();
      for (std::int64_t row = 0; row < input_.rows; ++row, row_logits += count) {
        const auto r = static_cast<std::size_t>(row);
        sums[r][static_cast<std::size_t>(tile)] =
            kernels::scan_tile(input_, row, {row_logits, first, count}, findings[r]);
      }
    }
    return findings;
  }

 private:
  /// The logits of as many vocabulary rows as `place` [rows, count] has columns, from `first` on,
  /// in float32; there, or elsewhere.
  at::Tensor tile_logits(std::int64_t first, const at::Tensor& place) const {
    if (!packed_rows_) {
      return at::mm(hidden_, head_.weight.narrow(0, first, place.size(1)).t()).to(at::kFloat);
    }
    head_.packed->multiply_tile(*packed_rows_, first, place);
    return place.to(hidden_.scalar_type()).to(at::kFloat);
  }

  const at::Tensor& hidden_;
  const model::Linear& head_;
  const kernels::PredictRowsInput& input_;
  std::optional<model::PackedRows> packed_rows_;  ///< of hidden, where the head is packed
};

}  // namespace

void scan_head(const at::Tensor& hidden, const model::Linear& head,
               const kernels::PredictRowsInput& input, const kernels::PredictRowsOutput& output) {
  const std::int64_t tiles = kernels::tile_count(input.vocab);
  const auto rows = static_cast<std::size_t>(input.rows);
  RowFindings findings(rows);
  TileSums sums(rows, std::vector<kernels::PartialSum>(static_cast<std::size_t>(tiles)));
  const Sweep sweep(hidden, head, input);
  std::mutex merging;
  model::parallel_for(tiles, 1, [&](std::int64_t begin, std::int64_t end) {
    const c10::InferenceMode inference;  // a thread of its own has a mode of its own
    const RowFindings found = sweep.scan(begin, end, sums);
    const std::lock_guard lock(merging);
    for (std::size_t r = 0; r < rows; ++r) kernels::merge(findings[r], found[r], input.top_k);
  });
  for (std::int64_t row = 0; row < input.rows; ++row) {
    const auto r = static_cast<std::size_t>(row);
    kernels::finish_row(input, row, findings[r], sums[r], output);
  }
}

}  // namespace evotoken::decoding
