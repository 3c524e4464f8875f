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

#include "engine/decoding/needed_logits.h"
#include "engine/kernels/packed_product.h"
#include "engine/kernels/row_scan.h"
#include "engine/model/parallel.h"

namespace evotoken::decoding {
namespace {

using kernels::kPanelRows;
using kernels::kTileRows;
static_assert(kTileRows % kPanelRows == 0);

using RowFindings = std::vector<kernels::Findings>;              // [rows]
using TileSums = std::vector<std::vector<kernels::PartialSum>>;  // [rows][tiles]

/// One sweep: what is the same for all tiles.
class Sweep {
 public:
  Sweep(const at::Tensor& hidden, const model::Linear& head, const kernels::PredictRowsInput& input)
      : needed_(hidden, head, input),
        whole_(needed_.whole_rows.size() == static_cast<std::size_t>(input.rows)
                   ? hidden
                   : hidden.index_select(0, at::tensor(needed_.whole_rows))),
        head_(head),
        input_(input),
        alone_(static_cast<std::size_t>(input.rows)) {
    if (head.packed == nullptr) return;
    packed_whole_.emplace(whole_);
    for (const auto& rows : needed_.rows_of_panel) {
      for (const std::int64_t row : rows) {
        auto& packed = alone_[static_cast<std::size_t>(row)];
        if (!packed) packed.emplace(hidden.narrow(0, row, 1));
      }
    }
  }

  /// Evaluates the tiles [begin, end) and scans them; writes these tiles' sums.
  RowFindings scan(std::int64_t begin, std::int64_t end, TileSums& sums) const {
    RowFindings findings(static_cast<std::size_t>(input_.rows));
    const at::Tensor buffer = at::empty({whole_.size(0) * kTileRows}, at::kFloat);
    for (std::int64_t tile = begin; tile < end; ++tile) {
      const std::int64_t first = tile * kTileRows;
      const std::int64_t count = std::min(kTileRows, input_.vocab - first);
      const at::Tensor place = buffer.narrow(0, 0, whole_.size(0) * count).view({-1, count});
      const at::Tensor logits = tile_logits(first, place);
      const float* row_logits = logits.const_data_ptr<float>();
      for (const std::int64_t row : needed_.whole_rows) {
        const auto r = static_cast<std::size_t>(row);
        sums[r][static_cast<std::size_t>(tile)] =
            kernels::scan_tile(input_, row, {row_logits, first, count}, findings[r]);
        row_logits += count;
      }
      scan_panels(first, count, findings);
    }
    return findings;
  }

 private:
  /// The logits of as many vocabulary rows as `place` [whole rows, count] has columns, from `first`
  /// on, in float32; there, or elsewhere.
  at::Tensor tile_logits(std::int64_t first, const at::Tensor& place) const {
    if (!packed_whole_) {
      return at::mm(whole_, head_.weight.narrow(0, first, place.size(1)).t()).to(at::kFloat);
    }
    head_.packed->multiply_tile(
        *packed_whole_, {first, place.size(1), place.mutable_data_ptr<float>(), place.stride(0)});
    return place.to(whole_.scalar_type()).to(at::kFloat);
  }

  /// The panels of a tile for the rows that need nothing else of it.
  void scan_panels(std::int64_t tile_first, std::int64_t tile_count, RowFindings& findings) const {
    if (needed_.rows_of_panel.empty()) return;
    const at::Tensor place = at::empty({1, kPanelRows}, at::kFloat);
    for (std::int64_t first = tile_first; first < tile_first + tile_count; first += kPanelRows) {
      const std::int64_t count = std::min(kPanelRows, input_.vocab - first);
      for (const std::int64_t row :
           needed_.rows_of_panel[static_cast<std::size_t>(first / kPanelRows)]) {
        const auto r = static_cast<std::size_t>(row);
        head_.packed->multiply_tile(*alone_[r],
                                    {first, count, place.mutable_data_ptr<float>(), kPanelRows});
        const at::Tensor logits = place.to(whole_.scalar_type()).to(at::kFloat);
        kernels::scan_tile(input_, row, {logits.const_data_ptr<float>(), first, count},
                           findings[r]);
      }
    }
  }

  const NeededLogits needed_;
  const at::Tensor whole_;  ///< hidden rows whose logits are all needed
  const model::Linear& head_;
  const kernels::PredictRowsInput& input_;
  std::optional<model::PackedRows> packed_whole_;        ///< where the head is packed
  std::vector<std::optional<model::PackedRows>> alone_;  ///< [rows] of others, each by itself
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
