// Activation checkpointing (Chen et al., arXiv 1604.06174): of each transformer block only the
// input is kept; the backward pass computes the inside again.
#pragma once

#include <ATen/core/Tensor.h>

#include "engine/model/llada_model.h"

namespace evotoken::training {

/// block(hidden), whose inside is not kept. Random numbers (dropout) come out the same the second
/// time. A BlockRunner for LladaModel::forward.
at::Tensor run_checkpointed(const model::LladaModel::BlockFunction& block,
                            const at::Tensor& hidden);

}  // namespace evotoken::training
