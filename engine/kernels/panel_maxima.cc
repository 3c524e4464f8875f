// Compiled once per instruction set, like packed_product.cc, and for one more: AVX3_DL of Highway's
// names (Ice Lake, Zen 4 and later), which has instructions for sums of products of bytes (VNNI).
// Elsewhere plain loops.
#include "engine/kernels/panel_maxima.h"

#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels/panel_maxima.cc"
#include <hwy/foreach_target.h>
// Highway's headers must follow.
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

HWY_BEFORE_NAMESPACE();
namespace evotoken::kernels::HWY_NAMESPACE {

/// Added to W's integers, because the instructions want one factor without a sign.
constexpr std::int32_t kOffset = 128;
constexpr std::int64_t kGroup = 4;  ///< integers that are multiplied and summed at once
constexpr std::int64_t kPanelGroup = kGroup * kPanelRows;  ///< bytes of a panel that they meet

/// Some rows of x and one panel.
struct Tile {
  const std::int32_t* x;  ///< [width / kGroup, rows], four integers in each
  std::int64_t width;     ///< rounded
  const std::uint8_t* panel;
  const float* scales;             ///< of W's rows
  const float* x_scales;           ///< of the rows
  const std::int32_t* beginnings;  ///< of the rows' sums, which undo the offset
  float* maxima;
  std::int64_t stride;
  const std::uint8_t* ahead;  ///< the next panel's bytes [ahead, ahead_end) are fetched meanwhile
  const std::uint8_t* ahead_end;
};

#if HWY_TARGET <= HWY_AVX3_DL

constexpr bool kFast = true;
constexpr std::int64_t kLineBytes = 64;
constexpr int kGroupRows = 14;  ///< of x; their sums, two vectors of the panel and one more are 31

// Not all of Highway's versions name this instruction set to the compiler for AVX3_DL.
#define EVOTOKEN_VNNI __attribute__((target("avx512vnni")))

using Sums [[gnu::vector_size(64)]] = std::int32_t;

// Intrinsics where Highway has none; a sum kept in one of its structures would go through memory.
template <int kRows>
EVOTOKEN_VNNI HWY_NOINLINE void MaximaOfTile(const Tile& tile) {
  Sums left[kRows];
  Sums right[kRows];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) left[r] = right[r] = Sums(_mm512_set1_epi32(tile.beginnings[r]));
  const std::int32_t* x = tile.x;
  const std::uint8_t* panel = tile.panel;
  const std::uint8_t* ahead = tile.ahead;
  for (std::int64_t k = 0; k < tile.width; k += kGroup) {
    for (int i = 0; i < 2 && ahead < tile.ahead_end; ++i, ahead += kLineBytes) {
      __builtin_prefetch(ahead, /*for writing=*/0, /*into the second level=*/2);
    }
    const __m512i a = _mm512_loadu_si512(panel);
    const __m512i b = _mm512_loadu_si512(panel + kPanelGroup / 2);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      const __m512i numbers = _mm512_set1_epi32(x[r]);
      left[r] = Sums(_mm512_dpbusd_epi32(__m512i(left[r]), a, numbers));
      right[r] = Sums(_mm512_dpbusd_epi32(__m512i(right[r]), b, numbers));
    }
    x += kRows;
    panel += kPanelGroup;
  }
  const __m512 left_scales = _mm512_loadu_ps(tile.scales);
  const __m512 right_scales = _mm512_loadu_ps(tile.scales + kPanelRows / 2);
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    const __m512 largest =
        _mm512_max_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(__m512i(left[r])), left_scales),
                      _mm512_mul_ps(_mm512_cvtepi32_ps(__m512i(right[r])), right_scales));
    tile.maxima[r * tile.stride] = _mm512_reduce_max_ps(largest) * tile.x_scales[r];
  }
}

#else

constexpr bool kFast = false;
constexpr int kGroupRows = 1;

template <int kRows>
void MaximaOfTile(const Tile& tile) {
  static_assert(kRows == 1);
  std::array<std::int32_t, kPanelRows> sums;
  sums.fill(*tile.beginnings);
  for (std::int64_t k = 0; k < tile.width; ++k) {
    std::int8_t number;
    std::memcpy(&number, reinterpret_cast<const char*>(tile.x) + k, 1);
    const std::uint8_t* const panel = tile.panel + k / kGroup * kPanelGroup + k % kGroup;
    for (std::int64_t r = 0; r < kPanelRows; ++r) {
      sums[static_cast<std::size_t>(r)] += number * panel[r * kGroup];
    }
  }
  float largest = -std::numeric_limits<float>::infinity();
  for (std::int64_t r = 0; r < kPanelRows; ++r) {
    const auto sum = static_cast<float>(sums[static_cast<std::size_t>(r)]);
    largest = std::max(largest, sum * tile.scales[r]);
  }
  *tile.maxima = largest * *tile.x_scales;
}

#endif

using TileFunction = void (*)(const Tile&);
template <int... kRows>
constexpr std::array<TileFunction, sizeof...(kRows)> TileFunctions(
    std::integer_sequence<int, kRows...>) {
  return {MaximaOfTile<kRows + 1>...};
}
constexpr auto kTileFunctions = TileFunctions(std::make_integer_sequence<int, kGroupRows>());

/// The rows of x as MaximaOfTile reads them.
struct PackedX {
  std::int64_t rows;
  std::int64_t groups = (rows + kGroupRows - 1) / kGroupRows;
  std::vector<std::int32_t> fours;
  std::vector<std::int32_t> beginnings;

  PackedX(const PanelMaxima& work, std::int64_t width) : rows(work.rows) {
    fours.resize(static_cast<std::size_t>(rows * width / kGroup));
    std::int32_t* to = fours.data();
    for (std::int64_t g = 0; g < groups; ++g) {
      for (std::int64_t k = 0; k < width; k += kGroup) {
        for (std::int64_t r = begin(g); r < begin(g + 1); ++r, ++to) {
          std::memcpy(to, work.x + r * width + k, kGroup);
        }
      }
    }
    for (std::int64_t r = 0; r < rows; ++r) {
      const std::int8_t* const row = work.x + r * width;
      beginnings.push_back(-kOffset * std::accumulate(row, row + width, 0));
    }
  }
  /// All groups are of nearly the same size.
  std::int64_t begin(std::int64_t group) const { return rows * group / groups; }
};

void FindPanelMaxima(const PanelMaxima& work) {
  const std::int64_t width = rounded_width(work.width);
  const PackedX x(work, width);
  const std::int64_t panel_bytes = width * kPanelRows;
  for (std::int64_t p = 0; p < work.panel_count; ++p) {
    const std::uint8_t* const panel = work.panels + p * panel_bytes;
    const std::uint8_t* const next = panel + panel_bytes;
    const std::int64_t next_bytes = p + 1 < work.panel_count ? panel_bytes : 0;
    for (std::int64_t g = 0; g < x.groups; ++g) {
      const std::int64_t row = x.begin(g);
      const std::int64_t rows = x.begin(g + 1) - row;
      kTileFunctions[static_cast<std::size_t>(rows - 1)](
          {x.fours.data() + row * width / kGroup, width, panel, work.scales + p * kPanelRows,
           work.x_scales + row, x.beginnings.data() + row, work.maxima + row * work.stride + p,
           work.stride, next + next_bytes * g / x.groups, next + next_bytes * (g + 1) / x.groups});
    }
  }
}

bool IsFast() { return kFast; }

}  // namespace evotoken::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace evotoken::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kLargestInteger = 127;

/// A little more than √x, in float32.
float root_above(double x) {
  const double root = std::sqrt(x) * (1 + 1e-6);
  const bool fits = root <= static_cast<double>(std::numeric_limits<float>::max());
  return fits ? static_cast<float>(root) : kInfinity;
}

}  // namespace

RoundedVector round_vector(const float* v, std::int64_t width, std::int8_t* integers) {
  std::fill_n(integers, rounded_width(width), std::int8_t{0});
  float largest = 0;
  bool finite = true;
  for (std::int64_t k = 0; k < width; ++k) {
    finite = finite && std::isfinite(v[k]);
    largest = std::max(largest, std::abs(v[k]));
  }
  if (!finite) return {0, 0, kInfinity};
  const float scale = largest / kLargestInteger;
  if (scale < std::numeric_limits<float>::min()) {  // too small to be divided by
    double squares = 0;
    for (std::int64_t k = 0; k < width; ++k) squares += static_cast<double>(v[k]) * v[k];
    return {0, 0, root_above(squares)};
  }
  double length = 0;
  double error = 0;
  for (std::int64_t k = 0; k < width; ++k) {
    const float integer =
        std::clamp(std::nearbyint(v[k] / scale), -kLargestInteger, kLargestInteger);
    integers[k] = static_cast<std::int8_t>(integer);
    const double rounded = static_cast<double>(scale) * integer;
    length += rounded * rounded;
    error += (v[k] - rounded) * (v[k] - rounded);
  }
  return {scale, root_above(length), root_above(error)};
}

float largest_difference(const RoundedVector& x, const RoundedVector& w, std::int64_t width) {
  const float x_length = x.length + x.error;
  const float w_length = w.length + w.error;
  // A float32 sum of n products is wrong by n · 2^-24 of ‖x‖ ‖w‖ at most; twice that, and a few
  // roundings more for x̂·ŵ.
  using Limits = std::numeric_limits<float>;
  const float rounding =
      static_cast<float>(width + 16) * (Limits::epsilon() * x_length * w_length + Limits::min());
  return x.length * w.error + x.error * w_length + rounding;
}

void pack_rounded_panel(const std::int8_t* integers, std::int64_t rows, std::int64_t width,
                        std::uint8_t* panel) {
  const std::int64_t row_width = rounded_width(width);
  for (std::int64_t k = 0; k < row_width; ++k) {
    for (std::int64_t r = 0; r < kPanelRows; ++r) {
      const int integer = r < rows ? integers[r * row_width + k] : 0;
      panel[(k / 4 * kPanelRows + r) * 4 + k % 4] = static_cast<std::uint8_t>(128 + integer);
    }
  }
}

HWY_EXPORT(FindPanelMaxima);
HWY_EXPORT(IsFast);

void find_panel_maxima(const PanelMaxima& work) { HWY_DYNAMIC_DISPATCH(FindPanelMaxima)(work); }
bool panel_maxima_are_fast() { return HWY_DYNAMIC_DISPATCH(IsFast)(); }

}  // namespace evotoken::kernels
#endif
