#include "base/progress.h"

#include <gtest/gtest.h>

#include <cmath>

namespace evotoken {
namespace {

TEST(Progress, DurationsReadLikeAClock) {
  EXPECT_EQ(format_duration(0), "0:00");
  EXPECT_EQ(format_duration(59.6), "1:00");
  EXPECT_EQ(format_duration(123), "2:03");
  EXPECT_EQ(format_duration(3723), "1:02:03");
  EXPECT_EQ(format_duration(INFINITY), "?");
  EXPECT_EQ(format_duration(NAN), "?");
}

TEST(Progress, TheBarFitsTheTerminal) {
  EXPECT_EQ(progress_bar("work", 0.5, "5/10 things", 100),
            "work [############............]  50%  5/10 things");
  EXPECT_EQ(progress_bar("work", 0.5, "5/10 things", 34), "work [####....]  50%  5/10 things");
  EXPECT_EQ(progress_bar("work", 1, "10/10 – all of them", 30), "work [######] 100%  10/10 – …");
  EXPECT_EQ(progress_bar("work", 0, "", 40), "work [........................]   0%  ");
}

TEST(Progress, SaysNothingInTheFirstTwoSeconds) {
  ::testing::internal::CaptureStderr();
  {
    Progress progress("work", 10, "things");
    for (int i = 0; i < 10; ++i) progress.advance();
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace evotoken
