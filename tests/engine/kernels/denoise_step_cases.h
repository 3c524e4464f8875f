// A sequence and its predictions for the tests of denoise_step kernels.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "engine/kernels/denoise_step.h"

namespace evotoken::kernels {

inline constexpr std::int64_t kMask = 99;

/// Tensors that a step reads and writes, with a window of predictions.
struct DenoiseCase {
  at::Tensor tokens;        ///< [length] int64
  at::Tensor confidence;    ///< [length] float64
  at::Tensor soft_ids;      ///< [length, top_k + 1] int64
  at::Tensor soft_weights;  ///< [length, top_k + 1]
  at::Tensor candidate;     ///< [candidate_rows] int32
  at::Tensor scores;        ///< [candidate_rows] float64
  at::Tensor top_ids;       ///< [rows, top_k] int32
  at::Tensor top_shares;    ///< [rows, top_k] float64
  at::Tensor chosen;        ///< [candidate_rows] bool
  at::Tensor progress;      ///< bytes
  std::int64_t first_position = 0;
  std::int64_t block_begin = 0;
  DenoiseRule rule;

  std::vector<at::Tensor*> tensors() {
    return {&tokens, &confidence, &soft_ids,   &soft_weights, &candidate,
            &scores, &top_ids,    &top_shares, &chosen,       &progress};
  }
  /// A copy on `device`.
  DenoiseCase on(at::Device device) const {
    DenoiseCase other = *this;
    for (at::Tensor* const tensor : other.tensors()) *tensor = tensor->to(device).clone();
    return other;
  }
  const DenoisingProgress& progressed() const {
    return *static_cast<const DenoisingProgress*>(progress.const_data_ptr());
  }
  void set(const DenoisingProgress& now) {
    *static_cast<DenoisingProgress*>(progress.mutable_data_ptr()) = now;
  }
  DenoiseStep work() const {
    DenoiseStep step;
    step.tokens = tokens.mutable_data_ptr<std::int64_t>();
    step.confidence = confidence.mutable_data_ptr<double>();
    step.soft_ids = soft_ids.mutable_data_ptr<std::int64_t>();
    step.soft_weights = soft_weights.mutable_data_ptr();
    step.type = soft_weights.scalar_type() == at::kFloat      ? LogitType::kFloat32
                : soft_weights.scalar_type() == at::kBFloat16 ? LogitType::kBFloat16
                                                              : LogitType::kFloat16;
    step.progress = static_cast<DenoisingProgress*>(progress.mutable_data_ptr());
    step.block_begin = block_begin;
    step.predicted = {candidate.mutable_data_ptr<std::int32_t>(), scores.mutable_data_ptr<double>(),
                      top_ids.mutable_data_ptr<std::int32_t>(),
                      top_shares.mutable_data_ptr<double>()};
    step.first_position = first_position;
    step.rows = top_ids.size(0);
    step.candidate_rows = candidate.size(0);
    step.top_k = top_ids.size(1);
    step.chosen = chosen.mutable_data_ptr<bool>();
    step.rule = rule;
    return step;
  }
};

/// `length` positions, all masked from `first` on, nothing predicted yet; a block of `block` from
/// `first` on, predictions to the end.
inline DenoiseCase masked_case(std::int64_t length, std::int64_t first, std::int64_t block,
                               std::int64_t top_k, at::ScalarType dtype = at::kFloat) {
  DenoiseCase made;
  made.tokens = at::arange(length, at::kLong);
  made.tokens.slice(0, first).fill_(kMask);
  made.confidence = at::zeros({length}, at::kDouble);
  made.soft_ids = at::full({length, top_k + 1}, -7, at::kLong);  // what is not written shows
  made.soft_weights = at::full({length, top_k + 1}, -7, dtype);
  made.candidate = at::arange(block, at::kInt);
  made.scores = at::zeros({block}, at::kDouble);
  made.top_ids = at::zeros({length - first, top_k}, at::kInt);
  made.top_shares =
      at::full({length - first, top_k}, 1.0 / static_cast<double>(top_k), at::kDouble);
  made.chosen = at::zeros({block}, at::kBool);
  made.progress = at::zeros({sizeof(DenoisingProgress)}, at::kByte);
  made.set({});
  made.first_position = made.block_begin = first;
  made.rule.mask_id = kMask;
  made.rule.vocab = 1000;
  made.rule.fixed_per_step = 1;
  made.rule.most_steps_per_block = static_cast<std::int32_t>(block);
  return made;
}

}  // namespace evotoken::kernels
