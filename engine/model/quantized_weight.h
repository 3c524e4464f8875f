// Weights in 8 bits, activations as they are (int8) or in 8 bits as well (fp8). Other results than
// with the checkpoint's weights, so never by default, and named in every result.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <memory>

#include "base/choice.h"
#include "engine/model/packed_weight.h"

namespace evotoken {
namespace model {

enum class Quantization {
  kNone,
  kInt8,  ///< w ≈ scale_row · int8, one scale per output row; products in the model's dtype
  kFp8,   ///< weights and activations in float8_e4m3fn, one scale per row of each; Hopper's GEMM on
          ///< a GPU, the same roundings with a float32 product on a CPU
};

class QuantizedWeight {
 public:
  /// Quantises weight [out, in], a floating-point matrix of finite numbers, row by row: the largest
  /// magnitude of a row becomes the largest of the format (127; 448). kNone is an invalid argument.
  QuantizedWeight(const at::Tensor& weight, Quantization quantization);

  /// x [rows, in] · weightᵀ, [rows, out] in x's dtype.
  at::Tensor multiply(const at::Tensor& x) const;

  /// The matrix that is multiplied by, float32 [out, in].
  at::Tensor dequantized() const;

  std::int64_t out() const { return scales_.size(0); }
  std::size_t bytes() const;

 private:
  at::Tensor multiply_int8(const at::Tensor& x) const;
  at::Tensor multiply_fp8(const at::Tensor& x) const;

  at::Tensor values_;  ///< [out, in] int8 or float8_e4m3fn; undefined where they are packed
  at::Tensor scales_;  ///< [out] float32
  std::shared_ptr<const PackedWeight> packed_;  ///< int8 with its scales, on a CPU
};

}  // namespace model

template <>
inline constexpr std::array<Choice<model::Quantization>, 3> kChoices<model::Quantization> = {
    {{model::Quantization::kNone, "none"},
     {model::Quantization::kInt8, "int8"},
     {model::Quantization::kFp8, "fp8"}}};

}  // namespace evotoken
