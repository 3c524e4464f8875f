#include "reports/comparison/speed_ratios.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;

Json benchmark(const Json& results) {
  return {{"benchmark", "research_way"}, {"results", results}};
}

TEST(SpeedRatios, AreReadFromBenchmarksAlone) {
  EXPECT_TRUE(is_benchmark(benchmark(Json::array())));
  EXPECT_FALSE(is_benchmark(Json::array()));
  EXPECT_FALSE(is_benchmark({{"results", 1}}));
  const auto ratios = read_speed_ratios(
      benchmark({{{"name", "evotoken T 0"}, {"ratio", 4.5}, {"more", 1}}}), "a.json");
  ASSERT_EQ(ratios.size(), 1U);
  EXPECT_EQ(ratios[0].name, "evotoken T 0");
  EXPECT_EQ(ratios[0].ratio, 4.5);
}

TEST(SpeedRatios, WhatHasNoneIsRefusedByName) {
  for (const Json& results :
       {Json::array(), Json::array({{{"name", "a"}}}), Json::array({7}),
        Json::array({{{"name", "a"}, {"ratio", 0}}}), Json::array({{{"name", 1}, {"ratio", 2}}})}) {
    try {
      read_speed_ratios(benchmark(results), "a.json");
      ADD_FAILURE() << results;
    } catch (const DataError& error) {
      EXPECT_THAT(error.what(), HasSubstr("a.json: ")) << results;
    }
  }
}

TEST(SpeedRatios, ALossBeyondTheAllowanceIsARegression) {
  const std::vector<SpeedRatio> baseline = {{"a", 10}, {"b", 2}};
  EXPECT_FALSE(compare_speed(baseline, {{"b", 1.81}, {"a", 30}}, 10).regression());
  const SpeedComparison slower = compare_speed(baseline, {{"a", 10}, {"b", 1.79}}, 10);
  EXPECT_TRUE(slower.regression());
  EXPECT_FALSE(slower.cells[0].regression);
  EXPECT_THAT(speed_comparison_text(slower), HasSubstr("-10.5%  SLOWER"));
  EXPECT_EQ(speed_comparison_json(slower)["speed"][1]["regression"], true);
}

TEST(SpeedRatios, ASettingThatIsGoneIsNoSuccess) {
  const SpeedComparison gone = compare_speed({{"a", 10}, {"b", 2}}, {{"a", 10}}, 10);
  EXPECT_TRUE(gone.regression());
  EXPECT_THAT(speed_comparison_text(gone), HasSubstr("MISSING"));
  EXPECT_TRUE(speed_comparison_json(gone)["speed"][1]["candidate_ratio"].is_null());
  EXPECT_THROW(compare_speed({{"a", 10}}, {{"c", 10}}, 10), DataError);
}

}  // namespace
}  // namespace evotoken::reports
