#include "engine/model/linear.h"

#include <ATen/ATen.h>

namespace evotoken::model {
namespace {

at::Tensor without_adapter(const Linear& layer, const at::Tensor& x) {
  if (layer.quantized != nullptr) return layer.quantized->multiply(x);
  if (layer.packed != nullptr) return layer.packed->multiply(x);
  return at::linear(x, layer.weight);
}

}  // namespace

void Linear::pack() {
  if (!weight.defined() || !PackedWeight::takes(weight)) return;
  packed = std::make_shared<const PackedWeight>(weight);
  weight.reset();
}

void Linear::pack_head() {
  if (weight.defined() && PackedWeight::takes(weight) && LogitScreen::takes(weight)) {
    screen = std::make_shared<const LogitScreen>(weight);
  }
  pack();
}

void Linear::quantize(Quantization quantization) {
  quantized = std::make_shared<const QuantizedWeight>(weight, quantization);
  weight.reset();
}

std::int64_t Linear::out_features() const {
  if (quantized != nullptr) return quantized->out();
  return packed != nullptr ? packed->out() : weight.size(0);
}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  const at::Tensor y = without_adapter(*this, x);
  if (!lora) return y;
  at::Tensor input = x.to(lora->a.scalar_type());
  if (lora->dropout > 0) input = at::dropout(input, lora->dropout, /*train=*/true);
  const at::Tensor low_rank = at::linear(input, lora->a);                   // [rows, r]
  const at::Tensor update = at::linear(low_rank, lora->b) * lora->scaling;  // [rows, out]
  return (y + update).to(y.scalar_type());
}

}  // namespace evotoken::model
