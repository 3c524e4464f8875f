// Any bytes, of any length and depth: an answer, never a crash, in bounded time.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "scorers/scorer.h"

namespace evotoken::scorers {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLong = 500'000;
constexpr std::size_t kHuge = 10'000'000;

Json gold_of(const std::string& task) {
  if (task == "countdown") return Json::parse("[[9,9,9],7]");
  if (task == "math500") return "\\frac{1}{2}";
  return 7.0;
}

// Grades with every task and checks what a caller relies on: the answer can be written as JSON.
void grade_everywhere(const std::string& text) {
  for (const std::string& task : reference_scorer_names()) {
    const Grade grade = find_reference_scorer(task)(text, gold_of(task));
    EXPECT_NO_THROW(grade.answer.dump()) << task;
  }
}

std::string repeated(std::string_view part, std::size_t bytes) {
  std::string text;
  text.reserve(bytes + part.size());
  while (text.size() < bytes) text += part;
  return text;
}

TEST(ReferenceRobustness, RandomBytes) {
  std::mt19937 random(20240611);
  std::uniform_int_distribution<int> byte(0, 255);
  std::uniform_int_distribution<int> length(0, 80);
  for (int round = 0; round < 3000; ++round) {
    std::string text(static_cast<std::size_t>(length(random)), '\0');
    for (char& c : text) c = static_cast<char>(byte(random));
    grade_everywhere(text);
    grade_everywhere("\\boxed{" + text + "}");
    grade_everywhere("<answer>" + text + "</answer>");
  }
}

TEST(ReferenceRobustness, RandomFragments) {
  constexpr std::array<std::string_view, 40> kFragments = {
      "\\boxed{", "\\boxed", "\\boxed ", "\\fbox{", "{",     "}",       "<answer>",   "</answer>",
      "\\frac",   "\\sqrt",  "\\text{ ", "\\times", "\\div", "=",       "/",          "**",
      "*",        "//",      "-",        "+",       "(",     ")",       ".",          " ",
      "\n",       "0",       "7",        "99",      "_",     "e",       "inf",        "nan",
      "\u0663",   "\u00A0",  "\xC3",     "\xFF",    "$",     "^\\circ", "\U0001D7D7", "\xE2\x82"};
  std::mt19937 random(7);
  std::uniform_int_distribution<std::size_t> pick(0, kFragments.size() - 1);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) text += kFragments[pick(random)];
    grade_everywhere(text);
  }
}

TEST(ReferenceRobustness, LongTextsInLinearTime) {
  const std::string close = repeated("}", 100'000);
  const std::vector<std::string> texts = {
      repeated("{", kLong),
      "\\boxed" + repeated("{", 100'000) + "1" + close,
      repeated("\\boxed{", kLong),
      repeated("\\boxed{\n", kLong),
      repeated("\\boxed{x}", kLong),
      repeated("\\boxed ", kLong),
      repeated("<answer>", kLong),
      repeated("<answer>x</answer>", kLong),
      "<answer>" + repeated("1 ", kLong) + "</answer>",
      "\\boxed{" + repeated("1", kLong) + "}",
      "\\boxed{0." + repeated("0", kLong) + "1}",
      "\\boxed{" + repeated("-", kLong) + "}",
      "\\boxed{" + repeated("1_", kLong) + "1}",
      "\\boxed{" + repeated("\u0663", kLong) + "}",
      "\\boxed{" + repeated("\\frac", kLong) + "}",
      "\\boxed{" + repeated("\\frac1", kLong) + "}",
      "\\boxed{" + repeated("\\sqrt5", kLong) + "}",
      "\\boxed{" + repeated("\\\\", kLong) + "}",
      "\\boxed{" + repeated(" ", kLong) + "}",
      "\\boxed{" + repeated("1/", kLong) + "}",
      repeated("1 + ", kLong),
      repeated("1+1=", kLong),
      repeated("=", kLong),
      repeated("\xFF", kLong),
      repeated("\u3000", kLong),
  };
  for (const std::string& text : texts) grade_everywhere(text);
}

TEST(ReferenceRobustness, HugeTexts) { grade_everywhere(repeated("\\boxed{", kHuge)); }

// The numbers fit the gold, so that the evaluation is reached.
TEST(ReferenceRobustness, ExpressionsThatPythonCannotEvaluate) {
  const ReferenceScorer scorer = find_reference_scorer("countdown");
  const auto grade = [&](const std::string& text, const Json& numbers) {
    return scorer("\\boxed{" + text + "}", Json::array({numbers, 7})).correct;
  };
  const std::string open = repeated("(", 100'000);
  const std::string close = repeated(")", 100'000);
  EXPECT_FALSE(grade("9**9**9", {9, 9, 9}));
  EXPECT_FALSE(grade("-9**9**9", {9, 9, 9}));
  EXPECT_FALSE(grade("9**-9**9", {9, 9, 9}));
  EXPECT_FALSE(grade("99**99**99**99", {99, 99, 99, 99}));
  EXPECT_FALSE(grade("7//1**(9**9**9)", {7, 1, 9, 9, 9}));
  EXPECT_TRUE(grade("7*1**(9**99)", {7, 1, 9, 99}));
  EXPECT_FALSE(grade(open + "7" + close, {7}));
  EXPECT_FALSE(grade(repeated("-", 100'000) + "7", {7}));
  EXPECT_TRUE(grade(repeated("-", 2'000) + "7", {7}));
  EXPECT_FALSE(grade(repeated("7**", 30'000) + "7", std::vector<int>(10'001, 7)));
  EXPECT_TRUE(grade("7" + repeated("*1", 4'000), [] {
    std::vector<int> numbers(2'000, 1);
    numbers.push_back(7);
    return numbers;
  }()));
  EXPECT_TRUE(grade(repeated(" ", kHuge) + "7" + repeated("\u3000", kHuge), {7}));
}

}  // namespace
}  // namespace evotoken::scorers
