// What is to be computed between two GEMMs of a transformer layer: the same words for the loops of
// a CPU (layer_loops.h) and the kernels of a GPU (layer_loops_cuda.h). All pointers are to memory
// of the device that computes. T is float, c10::BFloat16 or c10::Half; what is narrower than float
// is computed in float and rounded (to nearest, ties to even) where LibTorch's own operators round.
#pragma once

#include <cstdint>

namespace evotoken::kernels {

/// y = x · 1/√(mean(x²) + eps), computed in float32 and rounded, · weight.
template <typename T>
struct RmsNormRows {
  const T* x = nullptr;       ///< [rows, width]
  const T* weight = nullptr;  ///< [width]
  float eps = 0;
  std::int64_t rows = 0;
  std::int64_t width = 0;
  T* y = nullptr;  ///< [rows, width]; may be x

  /// Rows [begin, end) alone.
  RmsNormRows part(std::int64_t begin, std::int64_t end) const {
    return {x + begin * width, weight, eps, end - begin, width, y + begin * width};
  }
};

/// In place: of each row's heads the halves (x1, x2) become (x1·cos − x2·sin, x2·cos + x1·sin).
template <typename T>
struct RotateRows {
  T* x = nullptr;           ///< [rows, heads, head_dim], rows `stride` numbers apart
  std::int64_t stride = 0;  ///< ≥ heads · head_dim
  std::int64_t rows = 0;
  std::int64_t heads = 0;
  std::int64_t head_dim = 0;   ///< even
  const float* cos = nullptr;  ///< [rows, head_dim]: the angles of half a head, twice
  const float* sin = nullptr;
  /// Rounded to a narrow T after every operation, as LibTorch's operators in T are; else computed
  /// in float32 and rounded once. The CPU's loops know the latter alone.
  bool stepwise = false;

  /// Rows [begin, end) alone.
  RotateRows part(std::int64_t begin, std::int64_t end) const {
    const std::int64_t angles = begin * head_dim;
    return {x + begin * stride, stride,       end - begin,  heads,
            head_dim,           cos + angles, sin + angles, stepwise};
  }
};

/// y = silu(gate), rounded, · up, element by element; silu(g) = g / (1 + exp(−g)).
template <typename T>
struct GatedSilu {
  const T* gate = nullptr;  ///< [count]
  const T* up = nullptr;    ///< [count]
  std::int64_t count = 0;
  T* y = nullptr;  ///< [count]; may be gate or up

  /// Elements [begin, end) alone.
  GatedSilu part(std::int64_t begin, std::int64_t end) const {
    return {gate + begin, up + begin, end - begin, y + begin};
  }
};

}  // namespace evotoken::kernels
