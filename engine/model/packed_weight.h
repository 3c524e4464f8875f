// A weight matrix laid out for products with few rows, where reading it costs more than computing:
// MKL's packed GEMM, which LibTorch's x86 wheels carry. 32 rows go 1.6 times as fast as with the
// matrix as it lies in memory; from about 128 rows on it is all the same (docs/performance.md).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

namespace evotoken::model {

/// The packed copies of one weight [out, in], by panels of its rows, each made when first needed: a
/// decoding whose products are all wide never pays their memory. The weight must not change after
/// the first product. Any number of threads may use it at once.
class PackedWeight {
 public:
  static constexpr std::int64_t kPanelRows = 1024;

  PackedWeight();
  ~PackedWeight();
  PackedWeight(const PackedWeight&) = delete;
  PackedWeight& operator=(const PackedWeight&) = delete;

  /// Whether x [rows, in] · weightᵀ should go through here: few rows, contiguous float32 on the
  /// CPU, under c10::InferenceMode, and a LibTorch with MKL. A matter of x's shape alone, never of
  /// its neighbours in a batch.
  static bool pays(const at::Tensor& x);

  /// y [rows, count] = x · weight[first, first + count)ᵀ with count = min(kPanelRows, out − first),
  /// for the panel that begins at row `first`, a multiple of kPanelRows. The rows of y may lie
  /// apart (y.stride(0)). Only where pays(x).
  void multiply_panel(const at::Tensor& weight, std::int64_t first, const at::Tensor& x,
                      const at::Tensor& y);

  /// x · weightᵀ, [rows, out].
  at::Tensor multiply(const at::Tensor& weight, const at::Tensor& x);

 private:
  struct Panels;
  std::unique_ptr<Panels> panels_;
};

}  // namespace evotoken::model
