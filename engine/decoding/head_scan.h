// The language-model head and what decoding reads of its logits, in one sweep over the vocabulary.
#pragma once

#include <ATen/core/Tensor.h>

#include "engine/kernels/predict_rows.h"
#include "engine/model/linear.h"

namespace evotoken::decoding {

/// kernels::predict_rows_cpu of the logits hidden · weightᵀ, rounded to their dtype as stored
/// logits would be. `hidden` [rows, d_model] and the head [vocab, d_model] are on the CPU and of
/// one dtype; the head has no unmerged adapter. `input.logits` is not read.
void scan_head(const at::Tensor& hidden, const model::Linear& head,
               const kernels::PredictRowsInput& input, const kernels::PredictRowsOutput& output);

}  // namespace evotoken::decoding
