// A linear layer without bias, with or without an unmerged adapter.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>

#include "engine/model/logit_screen.h"
#include "engine/model/packed_weight.h"
#include "engine/model/quantized_weight.h"
#include "engine/weights/lora_adapter.h"

namespace evotoken::model {

struct Linear {
  at::Tensor weight;  ///< [out, in]; undefined where another form has taken its place
  /// An unmerged adapter; A and B may require gradients.
  std::optional<weights::LoraUpdate> lora = {};
  std::shared_ptr<const PackedWeight> packed = {};
  std::shared_ptr<const QuantizedWeight> quantized = {};
  std::shared_ptr<const LogitScreen> screen = {};  ///< of a head, beside its packed form

  /// Puts a packed matrix in the place of the weight, whose memory is given back, where products
  /// are faster that way (PackedWeight::takes). For inference alone.
  void pack();
  /// pack() for a head, with a screen where one is worth it (LogitScreen::takes).
  void pack_head();
  /// pack() with a quantised matrix.
  void quantize(Quantization quantization);

  std::int64_t out_features() const;

  /// x [rows, in] → x Wᵀ + scaling · (x Aᵀ) Bᵀ, [rows, out] in x's dtype. The adapter's part is
  /// computed in its own dtype (float32) and rounded once, as PEFT does. Differentiable.
  at::Tensor operator()(const at::Tensor& x) const;
};

}  // namespace evotoken::model
