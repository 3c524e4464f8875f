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
  /// Of one transformer layer, [positions, kv_heads, head_dim] each.
  using KeysAndValues = std::pair<at::Tensor, at::Tensor>;

  KeyValueCache() = default;
  /// In memory that stays where it is, for sequences of just as many positions: what recorded work
  /// (BlockGraphs) needs.
  explicit KeyValueCache(std::vector<KeysAndValues> layers)
      : layers_(std::move(layers)), fixed_(true) {}

  /// Takes the keys (rotated) and values [rows, kv_heads, head_dim] that transformer layer `layer`
  /// computed for the positions from `first_position` on, and gives those of all positions. From
  /// position 0 on, what was there before is forgotten.
  KeysAndValues update(std::size_t layer, std::int64_t first_position, const at::Tensor& keys,
                       const at::Tensor& values);

  /// Whether a pass over the `rows` positions from `first_position` on can use it.
  bool takes(std::int64_t first_position, std::int64_t rows) const {
    if (first_position == 0) return !fixed_ || rows == length();
    return first_position + rows <= length();
  }

  /// Positions that it holds; 0 before the first pass.
  std::int64_t length() const { return layers_.empty() ? 0 : layers_[0].first.size(0); }

 private:
  std::vector<KeysAndValues> layers_;
  bool fixed_ = false;
};

}  // namespace evotoken::model
