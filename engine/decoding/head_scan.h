// The language-model head and what decoding reads of its logits, in one sweep over the vocabulary.
#pragma once

#include <ATen/core/Tensor.h>

#include "engine/kernels/predict_rows.h"

namespace evotoken::decoding {

/// kernels::predict_rows_cpu of the logits hidden · weightᵀ, rounded to their dtype as stored
/// logits would be. `hidden` [rows, d_model], `weight` [vocab, d_model], both CPU and of one dtype.
/// `input.logits` is not read.
void scan_head(const at::Tensor& hidden, const at::Tensor& weight,
               const kernels::PredictRowsInput& input, const kernels::PredictRowsOutput& output);

}  // namespace evotoken::decoding
