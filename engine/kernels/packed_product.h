// x · Wᵀ on a CPU, with both factors laid out in the order in which they are read. W lies in panels
// of kPanelRows of its rows: a product reads it once, from its beginning to its end, and the next
// panel is fetched from memory while one is multiplied. With few rows of x, as in a block's head,
// reading W would take as long as multiplying by it.
//
// A panel may be narrower than float32; it is widened once and then multiplied with all rows of x.
// Sums are float32, in the order of the columns: a number of the result depends on one row of x and
// one of W, not on the rows beside it nor on the number of threads. Vectors through Highway, chosen
// at run time.
#pragma once

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <cstdint>

namespace evotoken::kernels {

inline constexpr std::int64_t kPanelRows = 32;

inline std::int64_t panel_count(std::int64_t rows) { return (rows + kPanelRows - 1) / kPanelRows; }

/// Lays `rows` ≤ kPanelRows rows of a matrix [rows, width] out as a panel [width, kPanelRows]; what
/// is missing of it is 0. T is float, c10::BFloat16, c10::Half or std::int8_t.
template <typename T>
void pack_panel(const T* matrix, std::int64_t rows, std::int64_t width, T* panel) {
  for (std::int64_t k = 0; k < width; ++k) {
    for (std::int64_t r = 0; r < kPanelRows; ++r) {
      panel[k * kPanelRows + r] = r < rows ? matrix[r * width + k] : T(0);
    }
  }
}

/// Numbers that a row of x takes when packed.
inline std::int64_t packed_width(std::int64_t width) { return (width + 15) / 16 * 16; }

/// Groups of rows of x that are multiplied together, as many as the registers hold.
std::int64_t group_count(std::int64_t rows);

/// Lays group `group` of the rows of x [rows, width] out as PanelProduct reads it. `packed`, with
/// room for rows · packed_width(width) numbers, is the place of all groups.
void pack_group(const float* x, std::int64_t rows, std::int64_t width, std::int64_t group,
                float* packed);

/// y [rows, columns] = x · (the rows of some neighbouring panels)ᵀ, each column times its scale.
template <typename T>
struct PanelProduct {
  const float* x = nullptr;  ///< by pack_group
  std::int64_t rows = 0;
  std::int64_t width = 0;         ///< of x and W
  const T* panels = nullptr;      ///< [panel_count(columns), width, kPanelRows]
  const float* scales = nullptr;  ///< [columns], or null: 1
  std::int64_t columns = 0;       ///< of y: rows of W
  float* y = nullptr;
  std::int64_t stride = 0;         ///< numbers from one row of y to the next
  std::int64_t panels_behind = 0;  ///< further panels in memory, worth fetching ahead
};

void multiply(const PanelProduct<float>& product);
void multiply(const PanelProduct<c10::BFloat16>& product);
void multiply(const PanelProduct<c10::Half>& product);
void multiply(const PanelProduct<std::int8_t>& product);

}  // namespace evotoken::kernels
