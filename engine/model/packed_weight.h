// A weight matrix laid out for products on a CPU (kernels/packed_product.h).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "engine/model/weight_memory.h"

namespace evotoken::model {

/// Rows x [rows, in] of a product's left side, ready for any number of tiles of the right one.
class PackedRows {
 public:
  /// x is on the CPU, [rows, in], of a floating-point type.
  explicit PackedRows(const at::Tensor& x);

  std::int64_t rows() const { return rows_; }
  const float* data() const;

 private:
  std::int64_t rows_;
  at::Tensor numbers_;  ///< float32
};

/// A weight [out, in] in its own element type, in panels. Any number of threads may use it at once.
/// Numbers of a product do not depend on the other rows of x, nor on the number of threads.
class PackedWeight {
 public:
  /// Whether products with `weight` are faster this way: on a CPU in float32, float16 or bfloat16
  /// (the latter only where the CPU has no tiles for it, AMX), or int8.
  static bool takes(const at::Tensor& weight);

  /// Copies the weight, on several threads. `scales` [out] float32 multiply the columns of
  /// products.
  explicit PackedWeight(const at::Tensor& weight, const at::Tensor& scales = {});

  std::int64_t out() const { return out_; }
  std::int64_t in() const { return in_; }
  std::size_t bytes() const;

  /// x · weightᵀ [rows, out] for x [rows, in], in x's dtype; summed in float32 and rounded once.
  at::Tensor multiply(const at::Tensor& x) const;

  /// Where a part of a product goes: y [rows, count], `stride` numbers from row to row.
  struct Tile {
    std::int64_t first;  ///< row of the weight, a multiple of kernels::kPanelRows
    std::int64_t count;
    float* y;
    std::int64_t stride;
  };
  /// y = x · weight[first, first + count)ᵀ, on this thread.
  void multiply_tile(const PackedRows& x, const Tile& tile) const;

 private:
  at::ScalarType type_;
  std::int64_t out_;
  std::int64_t in_;
  std::shared_ptr<WeightMemory> panels_;
  at::Tensor scales_;
};

}  // namespace evotoken::model
