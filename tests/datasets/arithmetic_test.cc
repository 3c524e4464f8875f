#include "tests/datasets/arithmetic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numbers>
#include <stdexcept>

namespace evotoken::datasets {
namespace {

using ::testing::ElementsAre;

TEST(Arithmetic, PlainExpressions) {
  EXPECT_EQ(evaluate("( ( 8.0 * 25.0 ) - 19.0 )").real(), 181);
  EXPECT_EQ(evaluate("-6+8").real(), 2);
  EXPECT_EQ(evaluate("2^3^2").real(), 512);
  EXPECT_EQ(evaluate("-2^2").real(), -4);
  EXPECT_EQ(evaluate("7-2-1").real(), 4);
  EXPECT_EQ(evaluate("8/4/2").real(), 1);
}

TEST(Arithmetic, Latex) {
  EXPECT_DOUBLE_EQ(evaluate("\\frac{5\\pi}{6}").real(), 5 * std::numbers::pi / 6);
  EXPECT_DOUBLE_EQ(evaluate("3\\sqrt{13}").real() * evaluate("3\\sqrt{13}").real(), 117);
  EXPECT_EQ(evaluate("5623_7").real(), 2026);
  EXPECT_EQ(evaluate("140^\\circ").real(), 140);
  EXPECT_EQ(evaluate("-i*i").real(), 1);
  EXPECT_EQ(evaluate("3(a - 2b)(a + 2b)", {{"a", 5}, {"b", 1}}).real(), 63);
  EXPECT_EQ(evaluate("1 \\pm 3", {}, false).real(), -2);
}

TEST(Arithmetic, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(evaluate("2 +"), std::invalid_argument);
  EXPECT_THROW(evaluate("(2"), std::invalid_argument);
  EXPECT_THROW(evaluate("\\sin 3"), std::invalid_argument);
  EXPECT_THROW(evaluate("2 2)"), std::invalid_argument);
}

TEST(Arithmetic, GoldParts) {
  EXPECT_THAT(gold_parts("\\left(4,\\frac{5\\pi}{6}\\right)"),
              ElementsAre("4", "\\frac{5\\pi}{6}"));
  EXPECT_THAT(gold_parts("(-\\infty,-1)\\cup\\left(-1,2\\right]"),
              ElementsAre("-\\infty", "-1", "-1", "2"));
  EXPECT_THAT(gold_parts("y = -2x + 7"), ElementsAre(" -2x + 7"));
  EXPECT_THAT(gold_parts("3(a - 2b)"), ElementsAre("3(a - 2b)"));
}

TEST(Arithmetic, ChecksCanFail) {
  EXPECT_TRUE(check_holds("GOLD = 3/4*5/6 - 1/8", "\\frac{1}{2}"));
  EXPECT_FALSE(check_holds("GOLD = 3/4*5/6 - 1/8", "\\frac{1}{3}"));
  EXPECT_FALSE(check_holds("GOLD = (x - 1)*(x + 2)", "x^2 + x + 2"));
  EXPECT_FALSE(check_holds("GOLD^2 - 2*GOLD - 18 = 0", "2 \\pm \\sqrt{19}"));
  EXPECT_FALSE(check_holds("GOLD1 < GOLD2", "[3,2]"));
}

}  // namespace
}  // namespace evotoken::datasets
