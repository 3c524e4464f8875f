// Compiled once per instruction set, like vector_loops.cc. A group of rows of x meets a panel with
// all its sums in registers: per column of x two vectors of the panel and one number of each row.
#include "engine/kernels/packed_product.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels/packed_product.cc"
#include <hwy/foreach_target.h>
// Highway's headers must follow.
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/kernels/load_floats-inl.h"

HWY_BEFORE_NAMESPACE();
namespace evotoken::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using FloatVector = hn::Vec<Floats>;

/// Two vectors wide are the columns of y that are summed at once.
constexpr std::int64_t kStrip = 2 * static_cast<std::int64_t>(hn::MaxLanes(Floats()));
/// Twice as many sums, two vectors of the panel and a number of x fit into the registers.
constexpr int kGroupRows = HWY_TARGET <= HWY_AVX3 ? 14 : 6;
constexpr std::int64_t kLine = 16;  ///< numbers of x side by side; of panels as many are a line
constexpr std::int64_t kLineBytes = kLine * static_cast<std::int64_t>(sizeof(float));
constexpr std::int64_t kUnrolled = 4;  ///< columns of x between two looks at what to fetch

/// Rows of x that are multiplied together: all groups of nearly the same size.
struct Groups {
  std::int64_t rows;
  std::int64_t count = (rows + kGroupRows - 1) / kGroupRows;

  std::int64_t begin(std::int64_t group) const { return rows * group / count; }
  std::int64_t size(std::int64_t group) const { return begin(group + 1) - begin(group); }
};

std::int64_t GroupCount(std::int64_t rows) { return Groups{rows}.count; }

/// x as [group][width / kLine][rows of the group][kLine], so that packing copies whole lines.
void PackGroup(const float* x, std::int64_t rows, std::int64_t width, std::int64_t group,
               float* packed) {
  const Groups groups{rows};
  const std::int64_t begin = groups.begin(group);
  const std::int64_t end = groups.begin(group + 1);
  float* line = packed + begin * packed_width(width);
  for (std::int64_t k = 0; k < width; k += kLine) {
    const std::int64_t count = std::min(kLine, width - k);
    for (std::int64_t r = begin; r < end; ++r, line += kLine) {
      const float* const from = x + r * width + k;
      if (count == kLine) {  // a copy of known size needs no call
        std::memcpy(line, from, kLineBytes);
      } else {
        std::copy_n(from, count, line);
      }
    }
  }
}

/// What is fetched from memory during a group's product.
struct Ahead {
  const char* at = nullptr;
  std::int64_t lines = 0;
};

/// One group of rows and a strip of a panel.
struct Tile {
  const float* x;
  const float* panel;  ///< the strip's first column
  std::int64_t width;
  const float* scales;   ///< of the strip, or null
  std::int64_t columns;  ///< of the strip that are written
  float* y;
  std::int64_t stride;
};

template <int kRows>
HWY_NOINLINE void MultiplyTile(const Tile& tile, Ahead ahead) {
  const Floats d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  FloatVector left[kRows];
  FloatVector right[kRows];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) left[r] = right[r] = hn::Zero(d);
  const float* x = tile.x;
  const float* panel = tile.panel;
  const auto step = [&](const float* numbers) {
    const FloatVector a = hn::LoadU(d, panel);
    const FloatVector b = hn::LoadU(d, panel + lanes);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      const FloatVector number = hn::Set(d, numbers[r * kLine]);
      left[r] = hn::MulAdd(number, a, left[r]);
      right[r] = hn::MulAdd(number, b, right[r]);
    }
    panel += kPanelRows;
  };
  const std::int64_t at_once = (kUnrolled * ahead.lines + tile.width - 1) / tile.width;
  const char* const end = ahead.at + ahead.lines * kLineBytes;
  std::int64_t k = 0;
  for (; k + kLine <= tile.width; k += kLine, x += kRows * kLine) {
    for (std::int64_t part = 0; part < kLine; part += kUnrolled) {
      for (std::int64_t i = 0; i < at_once && ahead.at < end; ++i, ahead.at += kLineBytes) {
        __builtin_prefetch(ahead.at, /*for writing=*/0, /*into the second level=*/2);
      }
#pragma GCC unroll 4
      for (std::int64_t i = 0; i < kUnrolled; ++i) step(x + part + i);
    }
  }
  for (; k < tile.width; ++k) step(x++);

  std::array<float, kStrip> whole;
  for (int r = 0; r < kRows; ++r) {
    float* const y = tile.y + r * tile.stride;
    float* const to = tile.columns == 2 * lanes ? y : whole.data();
    hn::StoreU(left[r], d, to);
    hn::StoreU(right[r], d, to + lanes);
    if (to != y) std::copy_n(whole.data(), tile.columns, y);
    if (tile.scales == nullptr) continue;
    for (std::int64_t c = 0; c < tile.columns; ++c) y[c] *= tile.scales[c];
  }
}

using TileFunction = void (*)(const Tile&, Ahead);
template <int... kRows>
constexpr std::array<TileFunction, sizeof...(kRows)> TileFunctions(
    std::integer_sequence<int, kRows...>) {
  return {MultiplyTile<kRows + 1>...};
}
constexpr auto kTileFunctions = TileFunctions(std::make_integer_sequence<int, kGroupRows>());

/// The panel in float32: itself, or `buffer` filled with it.
template <typename T>
const float* Widen(const T* panel, std::int64_t width, std::vector<float>& buffer) {
  if constexpr (std::is_same_v<T, float>) {
    return panel;
  } else {
    const Floats d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    for (std::int64_t i = 0; i < width * kPanelRows; i += lanes) {
      hn::StoreU(LoadFloats(d, panel + i), d, buffer.data() + i);
    }
    return buffer.data();
  }
}

template <typename T>
void Multiply(const PanelProduct<T>& product) {
  const Groups groups{product.rows};
  const std::int64_t size = product.width * kPanelRows;
  std::vector<float> buffer(std::is_same_v<T, float> ? 0 : static_cast<std::size_t>(size));
  const std::int64_t panels = panel_count(product.columns);
  const std::int64_t line_width = packed_width(product.width);
  for (std::int64_t p = 0; p < panels; ++p) {
    const T* const panel = product.panels + p * size;
    const float* const wide = Widen(panel, product.width, buffer);
    const bool last = p + 1 == panels && product.panels_behind == 0;
    const char* const next = reinterpret_cast<const char*>(panel + size);
    const std::int64_t lines = last ? 0 : size * static_cast<std::int64_t>(sizeof(T)) / kLineBytes;
    for (std::int64_t strip = 0; strip < kPanelRows; strip += kStrip) {
      const std::int64_t column = p * kPanelRows + strip;
      const std::int64_t columns = std::min(kStrip, product.columns - column);
      if (columns <= 0) break;
      for (std::int64_t g = 0; g < groups.count; ++g) {
        const std::int64_t row = groups.begin(g);
        // The first strip fetches all: a line is asked for once.
        const std::int64_t from = strip == 0 ? lines * g / groups.count : lines;
        const std::int64_t to = strip == 0 ? lines * (g + 1) / groups.count : lines;
        kTileFunctions[static_cast<std::size_t>(groups.size(g) - 1)](
            {product.x + row * line_width, wide + strip, product.width,
             product.scales == nullptr ? nullptr : product.scales + column, columns,
             product.y + row * product.stride + column, product.stride},
            {next + from * kLineBytes, to - from});
      }
    }
  }
}

// What is exported must not be a template.
void MultiplyFloat32(const PanelProduct<float>& product) { Multiply(product); }
void MultiplyBFloat16(const PanelProduct<c10::BFloat16>& product) { Multiply(product); }
void MultiplyFloat16(const PanelProduct<c10::Half>& product) { Multiply(product); }
void MultiplyInt8(const PanelProduct<std::int8_t>& product) { Multiply(product); }

}  // namespace evotoken::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace evotoken::kernels {

HWY_EXPORT(GroupCount);
HWY_EXPORT(PackGroup);
HWY_EXPORT(MultiplyFloat32);
HWY_EXPORT(MultiplyBFloat16);
HWY_EXPORT(MultiplyFloat16);
HWY_EXPORT(MultiplyInt8);

std::int64_t group_count(std::int64_t rows) { return HWY_DYNAMIC_DISPATCH(GroupCount)(rows); }
void pack_group(const float* x, std::int64_t rows, std::int64_t width, std::int64_t group,
                float* packed) {
  HWY_DYNAMIC_DISPATCH(PackGroup)(x, rows, width, group, packed);
}
void multiply(const PanelProduct<float>& product) {
  HWY_DYNAMIC_DISPATCH(MultiplyFloat32)(product);
}
void multiply(const PanelProduct<c10::BFloat16>& product) {
  HWY_DYNAMIC_DISPATCH(MultiplyBFloat16)(product);
}
void multiply(const PanelProduct<c10::Half>& product) {
  HWY_DYNAMIC_DISPATCH(MultiplyFloat16)(product);
}
void multiply(const PanelProduct<std::int8_t>& product) {
  HWY_DYNAMIC_DISPATCH(MultiplyInt8)(product);
}

}  // namespace evotoken::kernels
#endif
