#include "base/profile.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/files.h"
#include "tests/support.h"

namespace evotoken {
namespace {

/// Records a stage that began so long ago: no delay of the test itself matters beside it.
void leave_after(const char* stage, std::chrono::seconds duration) {
  Profile::leave(stage, Profile::enter(stage) - duration);
}

TEST(Profile, AddsUpStagesAndOrdersThemByTime) {
  Profile::start();
  leave_after("attention", std::chrono::seconds(1000));
  leave_after("head", std::chrono::seconds(9000));
  leave_after("attention", std::chrono::seconds(2000));
  Profile::stop();
  const auto rows = Profile::rows();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].stage, "head");
  EXPECT_EQ(rows[1].calls, 2);
  EXPECT_NEAR(rows[1].seconds, 3000, 30);
  EXPECT_NEAR(rows[1].share, 0.25, 0.01);
  EXPECT_NE(Profile::table().find("attention"), std::string::npos);
}

TEST(Profile, TheTraceIsBoundedAndTheTableIsNot) {
  constexpr auto kMost = static_cast<std::int64_t>(Profile::kTracedStretches);
  Profile::start();
  for (std::int64_t i = 0; i < kMost + 5; ++i) const ProfiledStage stage("many");
  Profile::stop();
  EXPECT_EQ(Profile::rows().at(0).calls, kMost + 5);
  EXPECT_EQ(Profile::chrome_trace().at("traceEvents").size(), Profile::kTracedStretches);
}

TEST(Profile, FinishWritesTheTrace) {
  const testing::TemporaryDir dir;
  Profile::start();
  { const ProfiledStage stage("here"); }
  Profile::finish(dir.path() / "trace.json");
  EXPECT_FALSE(Profile::on());
  EXPECT_EQ(read_json_file(dir.path() / "trace.json").at("traceEvents").size(), 1U);
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
