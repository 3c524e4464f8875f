// Bounds: no text makes a grader recurse, compute or allocate without end; golds of other forms.
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "scorers/scorer.h"

namespace evotoken::scorers {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

const std::vector<std::pair<std::string, Json>>& tasks_with_golds() {
  static const std::vector<std::pair<std::string, Json>> kTasks = {
      {"gsm8k", 18},
      {"svamp", "18"},
      {"math500", "18"},
      {"math500", "\\sqrt{x^2+1}"},
      {"countdown", Json::parse("[[3,4,5],12]")}};
  return kTasks;
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

/// Grades by every task; no item may take longer than `limit_ms` (sanitizers are slower).
void grade_all(const std::string& text, int limit_ms = 500) {
  for (const auto& [task, gold] : tasks_with_golds()) {
    const auto start = Clock::now();
    find_verified_scorer(task)(text, gold);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    EXPECT_LT(took.count(), limit_ms) << task << ": " << text.substr(0, 80);
  }
}

std::string reason_of(const std::string& content, const Json& gold) {
  return find_verified_scorer("math500")("\\boxed{" + content + "}", gold).reason;
}

TEST(VerifiedBounds, DeepNestingAndLongTexts) {
  for (const int times : {10, 99, 101, 1000, 20000}) {
    for (const char* open : {"(",
                             "[",
                             "\\{",
                             "{",
                             "\\sqrt{",
                             "\\frac{1}{",
                             "-",
                             "|",
                             "2^{",
                             "\\sin ",
                             "\\left(",
                             "1,",
                             "x=",
                             "1+",
                             "\\boxed{",
                             "<answer>",
                             "####",
                             "\\text{",
                             "\\begin{pmatrix}",
                             "x!",
                             "\\pm ",
                             "1\\cup ",
                             "\\frac",
                             "^",
                             "9,999"}) {
      grade_all("\\boxed{" + repeated(open, times) + "1}");
      grade_all(repeated(open, times));
    }
  }
}

TEST(VerifiedBounds, GreatNumbers) {
  for (const char* bomb : {"9^{9^{9}}",
                           "9^9^9^9",
                           "9^{9^{9^{9^{9}}}}",
                           "2^{-9^{9^9}}",
                           "(10^{100000})!",
                           "((99!)!)!",
                           "10^{10^{10}}!",
                           "\\sqrt[9999999]{2^{9999999}}",
                           "\\sin(10^{10000})",
                           "\\exp(10^{6})",
                           "e^{e^{e^{e^{9}}}}",
                           "\\binom{10^{9}}{10^{8}}",
                           "\\Gamma(10^9)",
                           "x^{x^{x^{x^{99}}}}",
                           "1.0000000001^{99999999999}",
                           "0.5^{99999999999}",
                           "i^{99999999999999}",
                           "\\tan(9^{9^9}) + 1",
                           "\\log(9^{9^{9}})",
                           "x^{9999999999}"}) {
    grade_all(std::string("\\boxed{") + bomb + "}");
  }
  EXPECT_EQ(reason_of("9^{9^{9}}", "5"), reason::kScorerLimit);
  EXPECT_EQ(reason_of(repeated("(", 300) + "5" + repeated(")", 300), "5"), reason::kScorerLimit);
  EXPECT_EQ(reason_of(repeated("1+", 3000) + "1", "3001"), reason::kScorerLimit);
  EXPECT_EQ(reason_of("2^{1000}", "4^{500}"), reason::kCorrect);
  EXPECT_EQ(reason_of("2^{100000}", "4^{50000}"), reason::kCorrect);
  EXPECT_EQ(reason_of(std::string(3000, '7'), "5"), reason::kWrong);
}

TEST(VerifiedBounds, ManySolutionsAreCounted) {
  std::string list = "1";
  for (int i = 2; i <= 60; ++i) list += ", \\sqrt{" + std::to_string(i) + "}";
  grade_all("\\boxed{" + list + "}");
  const auto start = Clock::now();
  reason_of(list, list + ", x");
  EXPECT_LT(Clock::now() - start, std::chrono::milliseconds(500));
}

TEST(VerifiedBounds, RandomTextsOfLikelyPieces) {
  const std::vector<std::string> pieces = {"\\boxed{",
                                           "}",
                                           "{",
                                           "(",
                                           ")",
                                           "[",
                                           "]",
                                           "\\frac",
                                           "\\sqrt",
                                           "^",
                                           "_",
                                           "1",
                                           "23",
                                           ".5",
                                           ",",
                                           "x",
                                           "i",
                                           "e",
                                           "\\pi",
                                           "+",
                                           "-",
                                           "*",
                                           "/",
                                           "=",
                                           "<",
                                           "\\le",
                                           "\\in",
                                           "\\cup",
                                           "\\infty",
                                           "\\text{cm}",
                                           "\\text{ and }",
                                           "\\pm",
                                           "!",
                                           "|",
                                           "\\sin",
                                           "\\log",
                                           "\\begin{pmatrix}",
                                           "\\end{pmatrix}",
                                           "&",
                                           "\\\\",
                                           "%",
                                           "\\%",
                                           "\\$",
                                           "$",
                                           "^\\circ",
                                           "\\{",
                                           "\\}",
                                           "\\left",
                                           "\\right",
                                           "<answer>",
                                           "</answer>",
                                           "####",
                                           "<|eot_id|>",
                                           " ",
                                           "\n",
                                           "\xC3\x97",
                                           "\xFF",
                                           "word",
                                           "1,234",
                                           "\\overline{3}",
                                           "0.",
                                           "\\binom",
                                           "9^9"};
  std::mt19937 random(20260111);
  for (int round = 0; round < 2000; ++round) {
    std::string text = round % 2 == 0 ? "\\boxed{" : "";
    const auto length = random() % 30;
    for (unsigned i = 0; i < length; ++i) text += pieces[random() % pieces.size()];
    grade_all(text);
  }
}

TEST(VerifiedGold, FormsOfEachTask) {
  EXPECT_EQ(find_verified_scorer("gsm8k")("\\boxed{5}", nullptr).reason, reason::kNoGold);
  EXPECT_EQ(find_verified_scorer("gsm8k")("", nullptr).reason, reason::kNoGold);
  EXPECT_EQ(find_verified_scorer("math500")("\\boxed{5}", nullptr).reason, reason::kNoGold);
  EXPECT_EQ(find_verified_scorer("countdown")("\\boxed{5}", Json::parse("[[5],null]")).reason,
            reason::kNoGold);
  EXPECT_TRUE(find_verified_scorer("gsm8k")("\\boxed{-10}", -10.0).correct);
  EXPECT_TRUE(find_verified_scorer("svamp")("\\boxed{0.1}", "0.1").correct);
  EXPECT_TRUE(find_verified_scorer("svamp")("\\boxed{1000}", 1e3).correct);
  EXPECT_THROW(find_verified_scorer("gsm8k")("", Json::array()), DataError);
  EXPECT_THROW(find_verified_scorer("gsm8k")("", "many"), DataError);
  EXPECT_THROW(find_verified_scorer("math500")("", 5), DataError);
  EXPECT_THROW(find_verified_scorer("countdown")("", Json::parse("[[\"3\"],5]")), DataError);
  EXPECT_THROW(find_verified_scorer("mmlu"), UsageError);
}

}  // namespace
}  // namespace evotoken::scorers
