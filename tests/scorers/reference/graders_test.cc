// The four reference graders, row by row, and the way they are found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "base/error.h"
#include "scorers/reference/boxed.h"
#include "scorers/reference/math_normalisation.h"
#include "scorers/scorer.h"
#include "tests/scorers/tables.h"

namespace evotoken::scorers {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Grade grade(const std::string& task, const std::string& text, const Json& gold) {
  return find_reference_scorer(task)(text, gold);
}

class ReferenceTable : public ::testing::TestWithParam<const char*> {};

TEST_P(ReferenceTable, EveryRow) {
  const std::string task = GetParam();
  for (const auto& row : testing::scorer_table("reference_" + task + ".json")) {
    const auto& text = row.at("generation").get_ref<const std::string&>();
    const Grade result = grade(task, text, row.at("ground_truth"));
    EXPECT_EQ(result.answer, row.at("answer")) << row;
    EXPECT_EQ(result.answer.type(), row.at("answer").type()) << row;
    EXPECT_EQ(result.correct, row.at("correct")) << row;
  }
}

INSTANTIATE_TEST_SUITE_P(Tasks, ReferenceTable,
                         ::testing::Values("countdown", "gsm8k", "math500", "svamp"),
                         [](const auto& task) { return std::string(task.param); });

TEST(MathNormalisation, EveryRow) {
  for (const auto& row : testing::scorer_table("math_normalisation.json")) {
    const auto normal = reference::normalise_math(row[0].get_ref<const std::string&>());
    EXPECT_EQ(normal ? Json(*normal) : Json(), row[1]) << row;
  }
}

TEST(MathNormalisation, IntegersPastPythonsDigitLimitRaise) {
  const std::string longest(4300, '9');
  EXPECT_EQ(reference::normalise_math(longest + "/1"), "\\frac{" + longest + "}{1}");
  EXPECT_EQ(reference::normalise_math(longest + "9/1"), std::nullopt);
  EXPECT_EQ(reference::normalise_math(std::string(4301, '0') + "/1"), std::nullopt);
}

TEST(MathNormalisation, ARaiseOnEitherSideComparesRaw) {
  EXPECT_TRUE(reference::math_answers_equal("x = 1/2", "\\frac12"));
  EXPECT_FALSE(reference::math_answers_equal("x = 1/2", "a/b"));
  EXPECT_FALSE(reference::math_answers_equal("a /b", "a/b"));
  EXPECT_TRUE(reference::math_answers_equal("a /b", "a /b"));
}

TEST(LastBox, ViewsIntoTheText) {
  const std::string text = "a \\boxed{b{c}} d";
  const auto box = reference::last_box(text);
  ASSERT_TRUE(box.has_value());
  EXPECT_EQ(*box, "b{c}");
  EXPECT_EQ(box->data(), text.data() + 9);
}

TEST(ReferenceRegistry, NamesAreSortedAndFound) {
  EXPECT_THAT(reference_scorer_names(), ElementsAre("countdown", "gsm8k", "math500", "svamp"));
  for (const std::string& name : reference_scorer_names()) {
    EXPECT_NE(find_reference_scorer(name), nullptr);
  }
}

TEST(ReferenceRegistry, AnUnknownNameListsTheKnownOnes) {
  for (const char* name : {"math", "gsm", "", "GSM8K", "mmlu"}) {
    try {
      find_reference_scorer(name);
      ADD_FAILURE() << name;
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), HasSubstr("countdown, gsm8k, math500, svamp"));
    }
  }
}

TEST(ReferenceGold, GsmReadsNumbersNullAndTheNamesOfFloats) {
  EXPECT_TRUE(grade("gsm8k", "\\boxed{inf}", "inf").correct);
  EXPECT_TRUE(grade("gsm8k", "\\boxed{-1e999}", "-inf").correct);
  EXPECT_FALSE(grade("gsm8k", "\\boxed{nan}", "nan").correct);
  EXPECT_FALSE(grade("gsm8k", "\\boxed{7}", nullptr).correct);
  EXPECT_THROW(grade("gsm8k", "\\boxed{7}", "7"), DataError);  // Python: 7.0 == "7" is never true
}

TEST(ReferenceGold, NegativeZeroKeepsItsSign) {
  EXPECT_TRUE(std::signbit(grade("gsm8k", "\\boxed{-0}", 0).answer.get<double>()));
}

TEST(ReferenceGold, OtherFormsAreDataErrors) {
  const auto message = [](const std::string& task, const Json& gold) -> std::string {
    try {
      grade(task, "\\boxed{1}", gold);
    } catch (const DataError& error) {
      return error.what();
    }
    return "accepted";
  };
  for (const Json& gold : {Json("x"), Json(""), Json(true), Json::array(), Json::object()}) {
    EXPECT_THAT(message("gsm8k", gold), HasSubstr("gsm8k ground_truth: found " + gold.dump()));
    EXPECT_THAT(message("svamp", gold), HasSubstr("svamp ground_truth: found " + gold.dump()));
    EXPECT_THAT(message("countdown", gold), HasSubstr("countdown ground_truth: found"));
  }
  for (const Json& gold : {Json(), Json(5), Json(true), Json::array({"5"})}) {
    EXPECT_THAT(message("math500", gold), HasSubstr("math500 ground_truth: found " + gold.dump()));
  }
  for (const char* gold : {"[[1,2]]", "[[1,2],3,4]", "[1,2]", "[[1,\"2\"],3]", "[[1.5],3]", "null",
                           "[[1],\"3\"]", "[[null],3]", "{\"numbers\":[1],\"target\":1}"}) {
    EXPECT_THAT(message("countdown", Json::parse(gold)), HasSubstr("expected [[numbers], target]"));
  }
}

TEST(ReferenceGold, AnyGoldCanBeNamedInTheMessage) {
  EXPECT_THROW(grade("gsm8k", "", Json("\xFF")), DataError);
  try {
    grade("gsm8k", "", Json(std::string(5000, 'x')));
    ADD_FAILURE() << "accepted";
  } catch (const DataError& error) {
    EXPECT_LT(std::string(error.what()).size(), 400U);
  }
}

}  // namespace
}  // namespace evotoken::scorers
