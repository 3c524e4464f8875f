#include "engine/model/linear.h"

#include <ATen/ATen.h>

namespace evotoken::model {
namespace {

at::Tensor without_adapter(const Linear& layer, const at::Tensor& x) {
  if (layer.quantized != nullptr) return layer.quantized->multiply(x);
  if (PackedWeight::pays(x)) return layer.packed->multiply(layer.weight, x);
  return at::linear(x, layer.weight);
}

}  // namespace

at::Tensor Linear::operator()(const at::Tensor& x) const {
  const at::Tensor y = without_adapter(*this, x);
  if (!lora) return y;
  at::Tensor input = x.to(lora->a.scalar_type());
  if (lora->dropout > 0) input = at::dropout(input, lora->dropout, /*train=*/true);
  const at::Tensor low_rank = at::linear(input, lora->a);                   // [rows, r]
  const at::Tensor update = at::linear(low_rank, lora->b) * lora->scaling;  // [rows, out]
  return (y + update).to(y.scalar_type());
}

void Linear::multiply_panel(const at::Tensor& x, std::int64_t first, at::Tensor& y) const {
  if (PackedWeight::pays(x)) {
    packed->multiply_panel(weight, first, x, y);
  } else {
    at::mm_out(y, x, weight.narrow(0, first, y.size(1)).t());
  }
}

}  // namespace evotoken::model
