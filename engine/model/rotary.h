// Rotary position embedding, half-split form (spec: model.md, "Forward"; modeling_llada.py
// RotaryEmbedding).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace evotoken::model {

/// cos and sin of `pos / theta^(2j/head_dim)` for all positions, each [max_length, head_dim]
/// float32.
struct RotaryTable {
  at::Tensor cos;
  at::Tensor sin;

  static RotaryTable make(std::int64_t max_length, std::int64_t head_dim, double theta,
                          at::Device device);
};

/// Rotates x [rows, heads, head_dim]; cos and sin are [rows, head_dim] of the rows' positions.
/// Computed in float32 when `full_precision`, else in x's dtype; returned in x's dtype.
/// Differentiable; under c10::InferenceMode the memory of x may be reused.
at::Tensor rotate(at::Tensor x, const at::Tensor& cos, const at::Tensor& sin, bool full_precision);

}  // namespace evotoken::model
