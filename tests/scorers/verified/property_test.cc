// Random expressions: equal under random rewriting, unequal under a random change of value.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "scorers/scorer.h"

namespace evotoken::scorers {
namespace {

/// Draws expressions and rewrites them without changing their value. Every operation adds its own
/// parentheses, so that text can be joined freely.
class Rewriter {
 public:
  explicit Rewriter(unsigned seed) : random_(seed) {}

  unsigned pick(unsigned below) { return random_() % below; }

  /// An expression and, in `other`, another spelling of the same value.
  std::string draw(int depth, std::string& other) {
    if (depth == 0) return leaf(other);
    std::string a2;
    std::string b2;
    const std::string a = draw(depth - 1, a2);
    const std::string b = draw(depth - 1, b2);
    const bool swap = pick(2) == 0;
    switch (pick(5)) {
      case 0:  // commute a sum
        other = swap ? "(" + b2 + "+" + a2 + ")" : "\\left(" + a2 + " + " + b2 + "\\right)";
        return "(" + a + "+" + b + ")";
      case 1:  // commute a product, in three spellings
        other = swap ? "(" + b2 + " \\cdot " + a2 + ")" : "((" + a2 + ") \\times (" + b2 + "))";
        return "(" + a + "*" + b + ")";
      case 2:  // subtraction as addition of the negative
        other = swap ? "(-(" + b2 + ") + " + a2 + ")" : "(" + a2 + " - (" + b2 + "))";
        return "(" + a + "-(" + b + "))";
      case 3: {  // scale a fraction; the denominator is positive
        const std::string scale = std::to_string(2 + pick(5));
        other = "\\frac{" + scale + "(" + a2 + ")}{" + scale + "((" + b2 + ")^2+1)}";
        return "\\frac{" + a + "}{(" + b + ")^2+1}";
      }
      default:  // expand a square
        other = "((" + a2 + ")^2 + 2(" + a2 + ")(" + b2 + ") + (" + b2 + ")^{2})";
        return "(" + a + "+" + b + ")^2";
    }
  }

 private:
  std::string leaf(std::string& other) {
    const std::string n = std::to_string(1 + pick(9));
    switch (pick(6)) {
      case 0:
        other = "\\frac{" + n + "}{2}";
        return n + "/2";
      case 1:
        other = "x";
        return "{x}";
      case 2:
        other = "\\sqrt{4\\cdot " + n + "}";
        return "2\\sqrt{" + n + "}";
      case 3:
        other = "\\pi";
        return "\\pi ";
      case 4:
        other = "y^{1}";
        return "y";
      default:
        other = n + ".0";
        return n;
    }
  }

  std::mt19937 random_;
};

bool equal(const std::string& gold, const std::string& answer) {
  return find_verified_scorer("math500")("\\boxed{" + answer + "}", gold).correct;
}

TEST(VerifiedProperty, RewritingKeepsAndChangingLosesEquality) {
  Rewriter rewriter(7);
  for (int round = 0; round < 600; ++round) {
    std::string other;
    const std::string gold = rewriter.draw(1 + round % 3, other);
    EXPECT_TRUE(equal(gold, other)) << gold << " and " << other;
    EXPECT_TRUE(equal(other, gold)) << gold << " and " << other;
    const char* changes[] = {"+1", "-\\frac{1}{1000000}", "+x-y", "+10^{-20}", "+i"};
    const std::string changed = "(" + other + ")" + changes[rewriter.pick(5)];
    EXPECT_FALSE(equal(gold, changed)) << gold << " and " << changed;
  }
}

TEST(VerifiedProperty, ListsAreUnorderedAndTuplesAreNot) {
  Rewriter rewriter(11);
  for (int round = 0; round < 200; ++round) {
    std::string a2;
    std::string b2;
    const std::string a = rewriter.draw(1, a2);
    const std::string b = rewriter.draw(2, b2);
    if (equal(a, b)) continue;
    EXPECT_TRUE(equal(a + ", " + b, b2 + ", " + a2)) << a << ", " << b;
    EXPECT_TRUE(equal("(" + a + ", " + b + ")", "\\left(" + a2 + "," + b2 + "\\right)"));
    EXPECT_FALSE(equal("(" + a + ", " + b + ")", "(" + b2 + ", " + a2 + ")")) << a << ", " << b;
    EXPECT_FALSE(equal("(" + a + ", " + b + "]", "(" + a2 + ", " + b2 + ")"));
  }
}

}  // namespace
}  // namespace evotoken::scorers
