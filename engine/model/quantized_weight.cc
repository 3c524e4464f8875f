#include "engine/model/quantized_weight.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <stdexcept>

namespace evotoken::model {
namespace {

constexpr double kLargestInt8 = 127;
constexpr double kLargestFp8 = 448;  // of float8_e4m3fn

/// Per row of x, what divides it so that its largest magnitude becomes `largest`; [rows] float32.
at::Tensor row_scales(const at::Tensor& x, double largest) {
  return x.abs().amax(-1).to(at::kFloat).clamp_min(1e-12) / largest;
}

at::Tensor in_fp8(const at::Tensor& x, const at::Tensor& scales) {
  // Rounding may carry the largest one beyond the format, where it would become NaN.
  return (x.to(at::kFloat) / scales.unsqueeze(-1))
      .clamp(-kLargestFp8, kLargestFp8)
      .to(at::kFloat8_e4m3fn);
}

}  // namespace

QuantizedWeight::QuantizedWeight(const at::Tensor& weight, Quantization quantization) {
  switch (quantization) {
    case Quantization::kInt8:
      scales_ = row_scales(weight, kLargestInt8);
      values_ = (weight.to(at::kFloat) / scales_.unsqueeze(-1)).round().to(at::kChar);
      if (!PackedWeight::takes(values_)) return;
      packed_ = std::make_shared<const PackedWeight>(values_, scales_);
      values_.reset();
      return;
    case Quantization::kFp8:
      scales_ = row_scales(weight, kLargestFp8);
      values_ = in_fp8(weight, scales_);
      return;
    case Quantization::kNone:
      break;
  }
  throw std::invalid_argument("QuantizedWeight: no format to quantise to");
}

std::size_t QuantizedWeight::bytes() const {
  return packed_ != nullptr ? packed_->bytes() : values_.nbytes() + scales_.nbytes();
}

at::Tensor QuantizedWeight::multiply(const at::Tensor& x) const {
  if (packed_ != nullptr) return packed_->multiply(x);
  return values_.scalar_type() == at::kChar ? multiply_int8(x) : multiply_fp8(x);
}

/// The integers are exact in every dtype of a model, and the scales are put on the sums.
at::Tensor QuantizedWeight::multiply_int8(const at::Tensor& x) const {
  constexpr std::int64_t kPanelRows = 1024;  // as many are in the model's dtype at a time
  const at::Tensor scales = scales_.to(x.scalar_type());
  const std::int64_t out = values_.size(0);
  at::Tensor y = at::empty({x.size(0), out}, x.options());
  for (std::int64_t first = 0; first < out; first += kPanelRows) {
    const std::int64_t count = std::min(kPanelRows, out - first);
    const at::Tensor panel = values_.narrow(0, first, count).to(x.scalar_type());
    y.narrow(1, first, count).copy_(at::linear(x, panel) * scales.narrow(0, first, count));
  }
  return y;
}

at::Tensor QuantizedWeight::multiply_fp8(const at::Tensor& x) const {
  const at::Tensor x_scales = row_scales(x, kLargestFp8);
  const at::Tensor x_values = in_fp8(x, x_scales);
  if (x.is_cuda()) {
    // Row-wise scaled GEMM; the result is bfloat16 in hardware.
    return at::_scaled_mm(x_values, values_.t(), x_scales.unsqueeze(1), scales_.unsqueeze(0),
                          std::nullopt, std::nullopt, at::kBFloat16, /*use_fast_accum=*/true)
        .to(x.scalar_type());
  }
  const at::Tensor product = at::linear(x_values.to(at::kFloat), values_.to(at::kFloat));
  return (product * x_scales.unsqueeze(1) * scales_).to(x.scalar_type());
}

at::Tensor QuantizedWeight::dequantized() const {
  if (packed_ != nullptr) return packed_->multiply(at::eye(packed_->in())).t().contiguous();
  return values_.to(at::kFloat) * scales_.unsqueeze(-1);
}

}  // namespace evotoken::model
