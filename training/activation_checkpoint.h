// Activation checkpointing (Chen et al., arXiv 1604.06174): of each transformer layer only the
// input is kept; the backward pass computes the inside again.
#pragma once

#include <ATen/core/Tensor.h>

#include "engine/model/llada_model.h"

namespace evotoken::training {

/// layer(hidden), whose inside is not kept. Random numbers (dropout) come out the same the second
/// time. A LayerRunner for LladaModel::forward.
at::Tensor run_checkpointed(const model::LladaModel::LayerFunction& layer,
                            const at::Tensor& hidden);

}  // namespace evotoken::training
