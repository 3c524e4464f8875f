// Which logits of a pass have to be computed at all.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "engine/kernels/predict_rows.h"
#include "engine/model/linear.h"

namespace evotoken::decoding {

/// A candidate's confidence is a share of all logits of its row. Of a row that only gives its top K
/// (behind the block, with soft tokens) most can be told to be smaller than these.
struct NeededLogits {
  std::vector<std::int64_t> whole_rows;
  /// [panels of the head] other rows of which this panel's logits are needed, or empty: none.
  std::vector<std::vector<std::int64_t>> rows_of_panel;

  /// Whether so many rows, of which only the top K is wanted, are screened.
  static bool screens(const model::Linear& head, std::int64_t rows);

  /// `hidden` [rows, d_model] on the CPU, as `input` describes it.
  NeededLogits(const at::Tensor& hidden, const model::Linear& head,
               const kernels::PredictRowsInput& input);

 private:
  void screen(const at::Tensor& others, const model::LogitScreen& screen,
              const kernels::PredictRowsInput& input);
};

}  // namespace evotoken::decoding
