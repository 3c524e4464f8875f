#include "reports/setup_directory.h"

#include <gtest/gtest.h>

namespace evotoken::reports {
namespace {

TEST(SetupDirectory, ReadsEvoTokensFolders) {
  const auto parsed = parse_evotoken_directory("outputs/eval_results_kSoft_3_alphaSoftMask_0.7/");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->base, "outputs/eval_results");
  EXPECT_EQ(parsed->k_soft, 3);
  EXPECT_EQ(parsed->alpha_soft_mask, "0.7");
  EXPECT_EQ(evotoken_directory("outputs/eval_results", 3, "0.7"),
            "outputs/eval_results_kSoft_3_alphaSoftMask_0.7");
}

TEST(SetupDirectory, OtherNamesAreBaselines) {
  for (const char* name : {"", ".", "eval", "eval_kSoft_3", "eval_kSoft_x_alphaSoftMask_0.7",
                           "eval_kSoft_3_alphaSoftMask_", "eval_alphaSoftMask_0.7_kSoft_3",
                           "eval_kSoft__alphaSoftMask_0.7", "a_kSoft_3_alphaSoftMask_0.7/below"}) {
    EXPECT_FALSE(parse_evotoken_directory(name)) << name;
  }
}

TEST(SetupDirectory, BaselinesBelongToTheLongestBase) {
  const std::vector<std::string> bases = {"out/eval", "out/eval_big"};
  EXPECT_EQ(family_of("out/eval_kSoft_3_alphaSoftMask_0.7", bases), "out/eval");
  EXPECT_EQ(family_of("out/eval", bases), "out/eval");
  EXPECT_EQ(family_of("out/eval_hard_mask", bases), "out/eval");
  EXPECT_EQ(family_of("out/eval_big_hard_mask", bases), "out/eval_big");
  EXPECT_EQ(family_of("out/evaluation", bases), "out/evaluation");
}

TEST(SetupDirectory, LabelsHaveNoTrailingSlash) {
  EXPECT_EQ(directory_label("a/b//"), "a/b");
  EXPECT_EQ(directory_label("./a/../b/"), "b");
  EXPECT_EQ(directory_label(""), ".");
  EXPECT_EQ(directory_label("/"), "/");
}

}  // namespace
}  // namespace evotoken::reports
