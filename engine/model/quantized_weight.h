// Weights in 8 bits, activations as they are (int8) or in 8 bits as well (fp8). Other results than
// with the checkpoint's weights, so never by default, and named in every result.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace evotoken::model {

enum class Quantization {
  kNone,
  kInt8,  ///< w ≈ scale_row · int8, one scale per output row; products in the model's dtype
  kFp8,   ///< weights and activations in float8_e4m3fn, one scale per row of each; Hopper's GEMM on
          ///< a GPU, the same roundings with a float32 product on a CPU
};

/// "none", "int8", "fp8". Throws UsageError for another name.
Quantization parse_quantization(const std::string& name);
std::string quantization_name(Quantization quantization);

class QuantizedWeight {
 public:
  /// Quantises weight [out, in], a floating-point matrix of finite numbers, row by row: the largest
  /// magnitude of a row becomes the largest of the format (127; 448). kNone is an invalid argument.
  QuantizedWeight(const at::Tensor& weight, Quantization quantization);

  /// x [rows, in] · weightᵀ, [rows, out] in x's dtype.
  at::Tensor multiply(const at::Tensor& x) const;

  /// The matrix that is multiplied by, float32 [out, in].
  at::Tensor dequantized() const;

  std::size_t bytes() const { return values_.nbytes() + scales_.nbytes(); }

 private:
  at::Tensor multiply_int8(const at::Tensor& x) const;
  at::Tensor multiply_fp8(const at::Tensor& x) const;

  at::Tensor values_;  ///< [out, in] int8 or float8_e4m3fn
  at::Tensor scales_;  ///< [out] float32
};

}  // namespace evotoken::model
