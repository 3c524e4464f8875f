#include "engine/model/linear.h"

#include <ATen/ATen.h>

namespace evotoken::model {

at::Tensor Linear::operator()(const at::Tensor& x) const {
  const at::Tensor y = at::linear(x, weight);
  if (!lora) return y;
  at::Tensor input = x.to(lora->a.scalar_type());
  if (lora->dropout > 0) input = at::dropout(input, lora->dropout, /*train=*/true);
  const at::Tensor low_rank = at::linear(input, lora->a);                   // [rows, r]
  const at::Tensor update = at::linear(low_rank, lora->b) * lora->scaling;  // [rows, out]
  return (y + update).to(y.scalar_type());
}

}  // namespace evotoken::model
