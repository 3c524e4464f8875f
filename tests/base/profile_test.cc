#include "base/profile.h"

#include <gtest/gtest.h>

#include <thread>

namespace evotoken {
namespace {

using std::chrono::milliseconds;

TEST(Profile, AddsUpStagesAndOrdersThemByTime) {
  Profile::start();
  const auto begin = Profile::Clock::now();
  Profile::record("attention", begin, begin + milliseconds(10));
  Profile::record("head", begin, begin + milliseconds(90));
  Profile::record("attention", begin, begin + milliseconds(20));
  Profile::stop();
  const auto rows = Profile::rows();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].stage, "head");
  EXPECT_EQ(rows[1].calls, 2);
  EXPECT_NEAR(rows[1].seconds, 0.030, 1e-9);
  EXPECT_NEAR(rows[1].share, 0.25, 1e-9);
  EXPECT_NE(Profile::table().find("attention"), std::string::npos);
}

TEST(Profile, RecordsNothingWhileOff) {
  Profile::start();
  Profile::stop();
  { const ProfiledStage stage("never"); }
  EXPECT_TRUE(Profile::rows().empty());
}

TEST(Profile, TraceHasOneCompleteEventPerStageAndThread) {
  Profile::start();
  { const ProfiledStage stage("here"); }
  std::thread([] { const ProfiledStage stage("there"); }).join();
  Profile::stop();
  const auto events = Profile::chrome_trace().at("traceEvents");
  ASSERT_EQ(events.size(), 2U);
  for (const auto& event : events) {
    EXPECT_EQ(event.at("ph"), "X");
    EXPECT_GE(event.at("ts").get<double>(), 0.0);
    EXPECT_GE(event.at("dur").get<double>(), 0.0);
  }
  EXPECT_NE(events[0].at("tid"), events[1].at("tid"));
}

}  // namespace
}  // namespace evotoken
