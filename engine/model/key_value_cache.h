// Keys and values of one sequence, kept from a forward pass for later ones that compute only some
// of its rows (spec: decoding.md, "Relatives": prefix cache, dual cache).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace evotoken::model {

class KeyValueCache {
 public:
  /// Takes the keys (rotated) and values [rows, kv_heads, head_dim] that transformer layer `layer`
  /// computed for the positions from `first_position` on, and gives those of all positions. From
  /// position 0 on, what was there before is forgotten.
  std::pair<at::Tensor, at::Tensor> update(std::size_t layer, std::int64_t first_position,
                                           const at::Tensor& keys, const at::Tensor& values);

  /// Positions that it holds; 0 before the first pass.
  std::int64_t length() const { return layers_.empty() ? 0 : layers_[0].first.size(0); }

 private:
  std::vector<std::pair<at::Tensor, at::Tensor>> layers_;
};

}  // namespace evotoken::model
