// A linear layer without bias, with or without an unmerged adapter.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>

#include "engine/model/packed_weight.h"
#include "engine/model/quantized_weight.h"
#include "engine/weights/lora_adapter.h"

namespace evotoken::model {

struct Linear {
  at::Tensor weight;  ///< [out, in]; undefined where there is a quantised one
  /// An unmerged adapter; A and B may require gradients.
  std::optional<weights::LoraUpdate> lora = {};
  std::shared_ptr<PackedWeight> packed = std::make_shared<PackedWeight>();
  std::shared_ptr<const QuantizedWeight> quantized = {};

  /// x [rows, in] → x Wᵀ + scaling · (x Aᵀ) Bᵀ, [rows, out] in x's dtype. The adapter's part is
  /// computed in its own dtype (float32) and rounded once, as PEFT does. Differentiable.
  at::Tensor operator()(const at::Tensor& x) const;

  /// y [rows, count] = x · weight[first, first + count)ᵀ, without the adapter; `first` and `count`
  /// as in PackedWeight::multiply_panel. y is contiguous.
  void multiply_panel(const at::Tensor& x, std::int64_t first, at::Tensor& y) const;
};

}  // namespace evotoken::model
