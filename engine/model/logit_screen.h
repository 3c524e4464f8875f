// Where a row's largest logits can lie, without computing the others.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/kernels/panel_maxima.h"
#include "engine/model/weight_memory.h"

namespace evotoken::model {

/// A head [vocab, d_model] rounded to 8 bits (kernels/panel_maxima.h), beside the head itself. Any
/// number of threads may use it at once.
class LogitScreen {
 public:
  /// Whether it is worth a quarter of float32's memory: on a CPU with products of bytes, and for
  /// rows so short that rounding says much about a logit. (Wide models spend little on their head.)
  static bool takes(const at::Tensor& head);

  /// Rounds the head, on several threads.
  explicit LogitScreen(const at::Tensor& head);

  std::size_t bytes() const;

  /// For each row of x [rows, d_model] the panels of the head (kernels::kPanelRows rows each),
  /// ascending, that can hold one of the row's `top_k` ≥ 1 largest logits, equal ones included,
  /// once logits are rounded to x's dtype. Row `excluded` of the head has no logit; −1: each has.
  std::vector<std::vector<std::int32_t>> promising_panels(const at::Tensor& x, std::int64_t top_k,
                                                          std::int64_t excluded) const;

 private:
  std::int64_t vocab_;
  std::int64_t width_;
  std::shared_ptr<WeightMemory> panels_;            ///< uint8, by pack_rounded_panel
  std::vector<float> scales_;                       ///< [panels · kPanelRows]
  std::vector<kernels::RoundedVector> worst_rows_;  ///< [panels] largest length and error
};

}  // namespace evotoken::model
