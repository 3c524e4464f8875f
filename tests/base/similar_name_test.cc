#include "base/similar_name.h"

#include <gtest/gtest.h>

namespace evotoken {
namespace {

const std::vector<std::string> kFlags = {"task", "data_dir", "gen_length", "alpha_soft_mask",
                                         "samples"};

TEST(SimilarName, FindsWhatWasMeant) {
  EXPECT_EQ(similar_name("alpha", kFlags), "alpha_soft_mask") << "its beginning";
  EXPECT_EQ(similar_name("soft", kFlags), "alpha_soft_mask") << "a part of it";
  EXPECT_EQ(similar_name("taks", kFlags), "task") << "two letters swapped";
  EXPECT_EQ(similar_name("gen-length", kFlags), "gen_length");
  EXPECT_EQ(similar_name("gen_lenght", kFlags), "gen_length");
  EXPECT_EQ(similar_name("sampels_", kFlags), "samples") << "two edits";
}

TEST(SimilarName, DoesNotGuessWildly) {
  EXPECT_EQ(similar_name("temperature", kFlags), "");
  EXPECT_EQ(similar_name("tk", kFlags), "") << "half a short name is no name";
  EXPECT_EQ(similar_name("", kFlags), "");
  EXPECT_EQ(similar_name("task", {}), "");
}

}  // namespace
}  // namespace evotoken
