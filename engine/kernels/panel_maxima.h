// How large the numbers of x · Wᵀ can be, for a quarter of its cost: both factors are rounded to
// 8 bits and multiplied in integers. By Cauchy and Schwarz
//
//   |x·w − x̂·ŵ| = |x̂·(w − ŵ) + (x − x̂)·w| ≤ ‖x̂‖ ‖w − ŵ‖ + ‖x − x̂‖ ‖w‖
//
// so what lies further than this below a number can be told to be smaller without being computed.
// Of each panel of W's rows (packed_product.h) the largest x̂·ŵ is kept. Vectors through Highway.
#pragma once

#include <cstdint>

#include "engine/kernels/packed_product.h"

namespace evotoken::kernels {

/// A vector v beside its rounded form v̂ = scale · (integers of −127 … 127).
struct RoundedVector {
  float scale = 0;
  float length = 0;  ///< ‖v̂‖, or above it
  float error = 0;   ///< ‖v − v̂‖, or above it; infinite where v is not finite
};

/// Numbers that a rounded row takes: its width, filled up to whole groups of four.
inline std::int64_t rounded_width(std::int64_t width) { return (width + 3) / 4 * 4; }

/// Writes v̂ / scale to `integers` [rounded_width(width)].
RoundedVector round_vector(const float* v, std::int64_t width, std::int8_t* integers);

/// What |x·w − x̂·ŵ| is at most, rounding in float32 of both products included. It grows with each
/// length and error, so that of several w the largest of each may be given.
float largest_difference(const RoundedVector& x, const RoundedVector& w, std::int64_t width);

/// Lays `rows` ≤ kPanelRows rounded rows of W [rows, rounded_width(width)] out as a panel
/// [rounded_width / 4, kPanelRows, 4] of 128 + integer; what is missing of it is 0.
void pack_rounded_panel(const std::int8_t* integers, std::int64_t rows, std::int64_t width,
                        std::uint8_t* panel);

/// maxima [rows, panels] = the largest x̂·ŵ of each row of x and panel of W.
struct PanelMaxima {
  const std::int8_t* x = nullptr;   ///< [rows, rounded_width(width)]
  const float* x_scales = nullptr;  ///< [rows]
  std::int64_t rows = 0;
  std::int64_t width = 0;                ///< ≤ 65,536: sums are 32 bits wide
  const std::uint8_t* panels = nullptr;  ///< [panels, rounded_width(width) / 4, kPanelRows, 4]
  const float* scales = nullptr;         ///< [panels · kPanelRows]
  std::int64_t panel_count = 0;
  float* maxima = nullptr;
  std::int64_t stride = 0;  ///< numbers from one row of maxima to the next
};
void find_panel_maxima(const PanelMaxima& work);

/// Whether this CPU multiplies 8-bit integers so fast that it is worth it: AVX-512 with VNNI, from
/// Ice Lake and Zen 4 on.
bool panel_maxima_are_fast();

}  // namespace evotoken::kernels
