// A linear layer without bias, with or without an unmerged adapter.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "engine/weights/lora_adapter.h"

namespace evotoken::model {

struct Linear {
  at::Tensor weight;                        ///< [out, in]
  std::optional<weights::LoraUpdate> lora;  ///< unmerged adapter; A and B may require gradients

  /// x [rows, in] → x Wᵀ + scaling · (x Aᵀ) Bᵀ, [rows, out] in x's dtype. The adapter's part is
  /// computed in its own dtype (float32) and rounded once, as PEFT does. Differentiable.
  at::Tensor operator()(const at::Tensor& x) const;
};

}  // namespace evotoken::model
