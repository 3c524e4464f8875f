// The four verified graders and extraction against labelled tables.
#include "tests/scorers/tables.h"

#include <gtest/gtest.h>

#include <string>

#include "scorers/scorer.h"
#include "scorers/verified/extraction.h"

namespace evotoken::scorers {
namespace {

using Json = nlohmann::ordered_json;

VerifiedGrade grade(const char* task, const std::string& content, const Json& gold) {
  return find_verified_scorer(task)("\\boxed{" + content + "}<|eot_id|>", gold);
}

TEST(VerifiedTable, Math500) {
  for (const auto& row : testing::scorer_table("verified_math500.json")) {
    const VerifiedGrade result = grade("math500", row[1].get<std::string>(), row[0]);
    EXPECT_EQ(result.correct, row[2].get<bool>()) << row << " " << result.reason;
    EXPECT_NE(result.reason, reason::kScorerLimit) << row;
  }
}

TEST(VerifiedTable, Gsm8kAndSvamp) {
  for (const auto& row : testing::scorer_table("verified_numbers.json")) {
    for (const char* task : {"gsm8k", "svamp"}) {
      EXPECT_EQ(grade(task, row[1].get<std::string>(), row[0]).reason, row[2]) << row;
    }
  }
}

TEST(VerifiedTable, Countdown) {
  for (const auto& row : testing::scorer_table("verified_countdown.json")) {
    const Json gold = Json::array({row[0], row[1]});
    EXPECT_EQ(grade("countdown", row[2].get<std::string>(), gold).reason, row[3]) << row;
  }
}

TEST(VerifiedTable, Extraction) {
  for (const auto& row : testing::scorer_table("verified_extraction.json")) {
    const verified::Extraction found = verified::extract_answer(row[0].get<std::string>());
    EXPECT_EQ(found.answer ? Json(*found.answer) : Json(), row[1]) << row;
    EXPECT_EQ(Json(found.flags), row[2]) << row;
  }
}

}  // namespace
}  // namespace evotoken::scorers
