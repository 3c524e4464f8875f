// Products by panels against the definition in double, on every instruction set of this machine.
#include "engine/kernels/packed_product.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace evotoken::kernels {
namespace {

/// Calls check() with each instruction set in turn, by name.
template <typename Check>
void on_every_target(Check check) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    check();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

/// A random problem of element type T, and what a product wrote.
template <typename T>
struct Problem {
  std::int64_t rows;
  std::int64_t width;
  std::int64_t columns;
  std::vector<float> x;
  std::vector<T> weight;
  std::vector<float> scales;

  Problem(std::int64_t of_rows, std::int64_t of_width, std::int64_t of_columns)
      : rows(of_rows), width(of_width), columns(of_columns) {
    std::mt19937 random(static_cast<unsigned>(rows * 1000 + width * 10 + columns));
    std::uniform_real_distribution<float> uniform(-1, 1);
    for (std::int64_t i = 0; i < rows * width; ++i) x.push_back(uniform(random));
    const float range = std::is_same_v<T, std::int8_t> ? 127 : 1;
    for (std::int64_t i = 0; i < columns * width; ++i) {
      weight.push_back(static_cast<T>(uniform(random) * range));
    }
    for (std::int64_t i = 0; i < columns; ++i) scales.push_back(uniform(random));
  }

  /// By panels; what lies beside y, `gap` numbers a row, must stay as it was.
  std::vector<float> multiplied(bool scaled, std::int64_t gap = 3) const {
    std::vector<float> packed_x(static_cast<std::size_t>(rows * packed_width(width)));
    for (std::int64_t group = group_count(rows); group-- > 0;) {
      pack_group(x.data(), rows, width, group, packed_x.data());
    }
    std::vector<T> panels(static_cast<std::size_t>(panel_count(columns) * kPanelRows * width));
    for (std::int64_t p = 0; p < panel_count(columns); ++p) {
      const std::int64_t first = p * kPanelRows;
      pack_panel(weight.data() + first * width, std::min(kPanelRows, columns - first), width,
                 panels.data() + first * width);
    }
    constexpr float kUntouched = 7;
    std::vector<float> y(static_cast<std::size_t>(rows * (columns + gap)), kUntouched);
    PanelProduct<T> product;
    product.x = packed_x.data();
    product.rows = rows;
    product.width = width;
    product.panels = panels.data();
    if (scaled) product.scales = scales.data();
    product.columns = columns;
    product.y = y.data();
    product.stride = columns + gap;
    multiply(product);
    std::vector<float> dense;
    for (std::int64_t r = 0; r < rows; ++r) {
      const auto row = y.begin() + r * (columns + gap);
      dense.insert(dense.end(), row, row + columns);
      for (std::int64_t i = 0; i < gap; ++i) EXPECT_EQ(row[columns + i], kUntouched);
    }
    return dense;
  }

  double exact(std::int64_t row, std::int64_t column) const {
    double sum = 0;
    for (std::int64_t k = 0; k < width; ++k) {
      sum += static_cast<double>(x[static_cast<std::size_t>(row * width + k)]) *
             static_cast<double>(
                 static_cast<float>(weight[static_cast<std::size_t>(column * width + k)]));
    }
    return sum;
  }
};

template <typename T>
class PackedProduct : public testing::Test {};
using PanelTypes = testing::Types<float, c10::BFloat16, c10::Half, std::int8_t>;
TYPED_TEST_SUITE(PackedProduct, PanelTypes);

TYPED_TEST(PackedProduct, IsItsDefinition) {
  on_every_target([] {
    for (const std::int64_t rows : {1, 2, 6, 7, 14, 15, 33, 80}) {
      for (const std::int64_t width : {1, 3, 4, 37, 64}) {
        for (const std::int64_t columns : {1, 16, 17, 32, 50, 96}) {
          const Problem<TypeParam> problem(rows, width, columns);
          const bool scaled = (rows + width + columns) % 2 == 0;
          const std::vector<float> y = problem.multiplied(scaled);
          const double most = std::is_same_v<TypeParam, std::int8_t> ? 127 : 1;
          for (std::int64_t r = 0; r < rows; ++r) {
            for (std::int64_t c = 0; c < columns; ++c) {
              const double scale =
                  scaled ? static_cast<double>(problem.scales[static_cast<std::size_t>(c)]) : 1;
              ASSERT_NEAR(y[static_cast<std::size_t>(r * columns + c)], problem.exact(r, c) * scale,
                          1e-6 * most * static_cast<double>(width))
                  << rows << " x " << width << " x " << columns << " at " << r << ", " << c;
            }
          }
        }
      }
    }
  });
}

TYPED_TEST(PackedProduct, ARowDoesNotDependOnTheRowsBesideIt) {
  on_every_target([] {
    const Problem<TypeParam> all(37, 300, 64);
    const std::vector<float> y = all.multiplied(false);
    for (const std::int64_t row : {0, 13, 14, 36}) {
      Problem<TypeParam> alone = all;
      alone.rows = 1;
      alone.x.assign(all.x.begin() + row * 300, all.x.begin() + (row + 1) * 300);
      const std::vector<float> expected(y.begin() + row * 64, y.begin() + (row + 1) * 64);
      EXPECT_EQ(alone.multiplied(false), expected) << row;
    }
  });
}

TEST(PackedProductFloat, WhatIsNotANumberStaysInItsRow) {
  Problem<float> problem(20, 9, 40);
  problem.x[5 * 9 + 2] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> y = problem.multiplied(true);
  for (std::size_t i = 0; i < y.size(); ++i) EXPECT_EQ(std::isnan(y[i]), i / 40 == 5) << i;
}

}  // namespace
}  // namespace evotoken::kernels
