// Products of rounded rows against their definition, on every instruction set, and what is said of
// the rounding's error against products in double.
#define HWY_WANT_AVX3_DL  // as panel_maxima.cc
#include "engine/kernels/panel_maxima.h"

#include <gtest/gtest.h>
#include <hwy/highway.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

namespace evotoken::kernels {
namespace {

using Integers = std::vector<std::int8_t>;

std::vector<float> random_vector(std::int64_t width, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> vector(static_cast<std::size_t>(width));
  for (float& number : vector) number = normal(random);
  return vector;
}

/// Rows in 8 bits, one behind the other.
struct RoundedRows {
  Integers integers;
  std::vector<float> scales;

  RoundedRows(std::int64_t rows, std::int64_t width, std::mt19937& random)
      : integers(static_cast<std::size_t>(rows * rounded_width(width))) {
    for (std::int64_t r = 0; r < rows; ++r) {
      const std::vector<float> row = random_vector(width, random);
      scales.push_back(
          round_vector(row.data(), width, integers.data() + r * rounded_width(width)).scale);
    }
  }
};

double dot(const std::int8_t* a, const std::int8_t* b, std::int64_t width) {
  double sum = 0;
  for (std::int64_t k = 0; k < width; ++k) sum += a[k] * b[k];
  return sum;
}

/// Maxima of random rows and panels on the instruction set chosen now, against plain loops.
void expect_definition(std::int64_t rows, std::int64_t width, std::int64_t panels) {
  std::mt19937 random(static_cast<unsigned>(rows * 100 + width));
  const std::int64_t row_bytes = rounded_width(width);
  const RoundedRows x(rows, width, random);
  const RoundedRows w(panels * kPanelRows, width, random);
  std::vector<std::uint8_t> packed(w.integers.size());
  for (std::int64_t p = 0; p < panels; ++p) {
    const std::int64_t at = p * kPanelRows * row_bytes;
    pack_rounded_panel(w.integers.data() + at, kPanelRows, width, packed.data() + at);
  }
  const std::int64_t stride = panels + 1;
  std::vector<float> maxima(static_cast<std::size_t>(rows * stride), 7);
  find_panel_maxima({.x = x.integers.data(),
                     .x_scales = x.scales.data(),
                     .rows = rows,
                     .width = width,
                     .panels = packed.data(),
                     .scales = w.scales.data(),
                     .panel_count = panels,
                     .maxima = maxima.data(),
                     .stride = stride});
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::int8_t* const row = x.integers.data() + r * row_bytes;
    for (std::int64_t p = 0; p < panels; ++p) {
      double largest = -std::numeric_limits<double>::infinity();
      for (std::int64_t j = p * kPanelRows; j < (p + 1) * kPanelRows; ++j) {
        const double product = dot(row, w.integers.data() + j * row_bytes, width) *
                               static_cast<double>(w.scales[static_cast<std::size_t>(j)]) *
                               static_cast<double>(x.scales[static_cast<std::size_t>(r)]);
        largest = std::max(largest, product);
      }
      const float found = maxima[static_cast<std::size_t>(r * stride + p)];
      ASSERT_NEAR(found, largest, 1e-6 * std::abs(largest)) << rows << " x " << width;
    }
    ASSERT_EQ(maxima[static_cast<std::size_t>(r * stride + panels)], 7) << "beside the result";
  }
}

TEST(PanelMaxima, AreTheirDefinitionOnEveryInstructionSet) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    for (const std::int64_t rows : {1, 2, 13, 14, 15, 33}) {
      for (const std::int64_t width : {1, 4, 37, 512}) expect_definition(rows, width, 3);
    }
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

TEST(RoundedVector, IsWithinHalfAStepAndKnowsItsLengths) {
  std::mt19937 random(3);
  for (const std::int64_t width : {1, 5, 300}) {
    const std::vector<float> v = random_vector(width, random);
    Integers integers(static_cast<std::size_t>(rounded_width(width)), 77);
    const RoundedVector rounded = round_vector(v.data(), width, integers.data());
    double length = 0;
    double error = 0;
    for (std::size_t k = 0; k < v.size(); ++k) {
      const double back = static_cast<double>(rounded.scale) * integers[k];
      EXPECT_LE(std::abs(v[k] - back), 0.5001 * static_cast<double>(rounded.scale));
      length += back * back;
      error += (v[k] - back) * (v[k] - back);
    }
    for (std::size_t k = v.size(); k < integers.size(); ++k) EXPECT_EQ(integers[k], 0);
    EXPECT_GE(rounded.length, std::sqrt(length));
    EXPECT_GE(rounded.error, std::sqrt(error));
    EXPECT_NEAR(rounded.length, std::sqrt(length), 1e-5 * std::sqrt(length));
    EXPECT_NEAR(rounded.error, std::sqrt(error), 1e-5 * std::sqrt(error));
  }
}

/// |x·w − x̂·ŵ|, and what it is said to be at most.
std::pair<double, double> difference_and_bound(const std::vector<float>& x,
                                               const std::vector<float>& w) {
  const std::int64_t width = std::ssize(x);
  Integers x_integers(static_cast<std::size_t>(rounded_width(width)));
  Integers w_integers(x_integers.size());
  const RoundedVector x_rounded = round_vector(x.data(), width, x_integers.data());
  const RoundedVector w_rounded = round_vector(w.data(), width, w_integers.data());
  double exact = 0;
  for (std::size_t k = 0; k < x.size(); ++k) exact += static_cast<double>(x[k]) * w[k];
  const double rounded = dot(x_integers.data(), w_integers.data(), width) *
                         static_cast<double>(x_rounded.scale) *
                         static_cast<double>(w_rounded.scale);
  return {std::abs(exact - rounded), largest_difference(x_rounded, w_rounded, width)};
}

TEST(LargestDifference, IsNeverLessThanTheDifference) {
  std::mt19937 random(4);
  for (int trial = 0; trial < 300; ++trial) {
    const std::int64_t width = trial % 10 == 0 ? 2048 : 1 + trial % 70;
    std::vector<float> x = random_vector(width, random);
    const std::vector<float> w = random_vector(width, random);
    if (trial % 3 == 0) x[0] *= 1000;  // a column that leaves few bits to the others
    const auto [difference, bound] = difference_and_bound(x, w);
    ASSERT_LE(difference, bound) << trial;
  }
}

TEST(LargestDifference, IsReachedByAnErrorAlongTheOtherVector) {
  // x − x̂ = (0, ½ step, ½ step, …), and w points there: Cauchy and Schwarz leave nothing.
  std::vector<float> x(64, 0.499F);
  x[0] = 127;
  std::vector<float> w(64, 1);
  w[0] = 0;
  const auto [difference, bound] = difference_and_bound(x, w);
  EXPECT_LE(difference, bound);
  EXPECT_GT(difference, 0.99 * bound);
}

TEST(LargestDifference, IsUnboundedWhereANumberIsNotFinite) {
  for (const float bad : {std::numeric_limits<float>::infinity(), std::nanf("")}) {
    const std::vector<float> x = {1, bad, 2};
    Integers integers(4);
    const RoundedVector rounded = round_vector(x.data(), 3, integers.data());
    EXPECT_EQ(integers, Integers(4, 0));
    const RoundedVector w{0.1F, 1, 0.1F};
    EXPECT_EQ(largest_difference(rounded, w, 3), std::numeric_limits<float>::infinity());
  }
}

TEST(RoundedVector, OfTinyNumbersIsNothingWithAllOfItsLengthAsError) {
  const std::vector<float> tiny = {1e-40F, -2e-40F};
  Integers integers(4);
  const RoundedVector rounded = round_vector(tiny.data(), 2, integers.data());
  EXPECT_EQ(integers, Integers(4, 0));
  EXPECT_EQ(rounded.length, 0);
  EXPECT_GE(rounded.error, 2e-40F);
}

}  // namespace
}  // namespace evotoken::kernels
