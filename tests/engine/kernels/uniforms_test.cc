#include "engine/kernels/uniforms.h"

#include <gtest/gtest.h>

#include <set>

namespace evotoken::kernels {
namespace {

TEST(Uniforms, AreAFunctionOfTheirPlace) {
  EXPECT_EQ(uniform(1, 2, 3, 4), uniform(1, 2, 3, 4));
  std::set<double> values;
  for (std::uint64_t key = 0; key < 4; ++key) {
    for (std::uint32_t step = 0; step < 4; ++step) {
      for (std::uint32_t position = 0; position < 4; ++position) {
        for (std::uint64_t row = 0; row < 64; ++row)
          values.insert(uniform(key, step, position, row));
      }
    }
  }
  EXPECT_EQ(values.size(), 4U * 4 * 4 * 64) << "53 random bits hardly ever collide";
}

TEST(Uniforms, PairsAndSinglesAgree) {
  const UniformPair pair = uniform_pair(9, 8, 7, 6);
  EXPECT_EQ(pair.even, uniform(9, 8, 7, 12));
  EXPECT_EQ(pair.odd, uniform(9, 8, 7, 13));
}

TEST(Uniforms, AreUniformOnTheUnitInterval) {
  constexpr int kDraws = 200'000;
  int below_tenth = 0;
  double sum = 0;
  double sum_of_squares = 0;
  for (std::uint64_t row = 0; row < kDraws; ++row) {
    const double u = uniform(42, 5, 17, row);
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    below_tenth += u < 0.1 ? 1 : 0;
    sum += u;
    sum_of_squares += u * u;
  }
  // Five standard errors; the draws are fixed, so this holds always or never.
  EXPECT_NEAR(sum / kDraws, 1.0 / 2, 5 * 0.2887 / std::sqrt(kDraws));
  EXPECT_NEAR(sum_of_squares / kDraws, 1.0 / 3, 5 * 0.2981 / std::sqrt(kDraws));
  EXPECT_NEAR(static_cast<double>(below_tenth) / kDraws, 0.1, 5 * 0.3 / std::sqrt(kDraws));
}

}  // namespace
}  // namespace evotoken::kernels
