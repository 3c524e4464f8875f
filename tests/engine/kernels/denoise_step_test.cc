// The plain denoising step, rule by rule. That whole sequences come out as the host's decoders make
// them: block_graphs_test.cc.
#include "engine/kernels/denoise_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "engine/kernels/uniforms.h"
#include "tests/engine/kernels/denoise_step_cases.h"

namespace evotoken::kernels {
namespace {

using ::testing::ElementsAre;

std::vector<std::int64_t> values(const at::Tensor& tensor) {
  const at::Tensor wide = tensor.to(at::kLong).contiguous();
  return {wide.const_data_ptr<std::int64_t>(), wide.const_data_ptr<std::int64_t>() + wide.numel()};
}

/// Two tokens of prompt and a block of four, of these scores.
DenoiseCase four(const std::vector<double>& scores) {
  DenoiseCase made = masked_case(6, 2, 4, 2);
  made.candidate = at::tensor({10, 11, 12, 13}, at::kInt);
  made.scores = at::tensor(scores, at::kDouble);
  return made;
}

/// The block's tokens after a step.
std::vector<std::int64_t> block_after(const DenoiseCase& made) {
  denoise_step_plain(made.work());
  return values(made.tokens.slice(0, 2));
}

TEST(DenoiseStep, FixesTheMostConfidentTheFirstAmongEquals) {
  DenoiseCase made = four({.2, .5, .5, .9});
  made.rule.fixed_per_step = 2;
  EXPECT_THAT(block_after(made), ElementsAre(kMask, 11, kMask, 13));
  EXPECT_EQ(made.confidence[3].item<double>(), .5);
  EXPECT_EQ(made.confidence[2].item<double>(), 0);
  EXPECT_EQ(made.progressed().nfe, 1);
  EXPECT_EQ(made.progressed().step_in_block, 1);
  EXPECT_EQ(made.progressed().block_is_over, 0);
  // What is decoded competes with nobody, however confident.
  EXPECT_THAT(block_after(made), ElementsAre(10, 11, 12, 13));
  EXPECT_EQ(made.progressed().block_is_over, 1);
}

TEST(DenoiseStep, TheFirstStepsFixOneMore) {
  DenoiseCase made = four({.2, .5, .4, .9});
  made.rule.steps_with_one_more = 1;
  EXPECT_THAT(block_after(made), ElementsAre(kMask, 11, kMask, 13));
  EXPECT_THAT(block_after(made), ElementsAre(kMask, 11, 12, 13));
}

TEST(DenoiseStep, ThresholdTakesTheBestAndAllThatPass) {
  DenoiseCase made = four({.2, .5, .6, .9});
  made.rule.threshold = .6;
  EXPECT_THAT(block_after(made), ElementsAre(kMask, kMask, 12, 13));
  EXPECT_THAT(block_after(made), ElementsAre(kMask, 11, 12, 13)) << "the best one always";
}

TEST(DenoiseStep, FactorAsksMoreOfEachFurtherOne) {
  DenoiseCase made = four({.3, .5, .55, .2});  // in order: .55, .5 ≥ 1 − 1.5/3, .3 < 1 − 1.5/4
  made.rule.factor = 1.5;
  EXPECT_THAT(block_after(made), ElementsAre(kMask, 11, 12, kMask));
}

TEST(DenoiseStep, AMethodThatMayChooseTheMaskEndsAfterItsSteps) {
  DenoiseCase made = four({.3, .5, .6, .2});
  made.candidate = at::full({4}, kMask, at::kInt);
  made.rule.most_steps_per_block = 2;
  EXPECT_THAT(block_after(made), ElementsAre(kMask, kMask, kMask, kMask));
  EXPECT_EQ(made.progressed().block_is_over, 0);
  block_after(made);
  EXPECT_EQ(made.progressed().block_is_over, 1);
}

TEST(DenoiseStep, MasksOfEarlierBlocksAreCandidatesAndDoNotKeepTheBlockOpen) {
  DenoiseCase made = four({.9, .5, .6, .7});
  made.block_begin = 4;
  made.rule.fixed_per_step = 3;
  EXPECT_THAT(block_after(made), ElementsAre(10, kMask, 12, 13));
  EXPECT_EQ(made.progressed().block_is_over, 1);
}

TEST(DenoiseStep, RandomScoresAreThoseOfTheRowBehindTheVocabulary) {
  DenoiseCase made = four({.3, .5, .6, .2});
  made.rule.random_scores = true;
  DenoisingProgress progress;
  progress.random_key = 42;
  progress.nfe = 3;
  made.set(progress);
  std::vector<double> expected;
  for (std::uint32_t p = 2; p < 6; ++p) expected.push_back(uniform(42, 3, p, 1000));
  const auto best = std::ranges::max_element(expected) - expected.begin();
  EXPECT_EQ(block_after(made)[static_cast<std::size_t>(best)], 10 + best);
  EXPECT_EQ(made.confidence[2 + best].item<double>(), expected[static_cast<std::size_t>(best)]);
}

TEST(DenoiseStep, ScoresAreRoundedWhereTheModelsTypeSaysSo) {
  DenoiseCase made = masked_case(6, 2, 4, 2, at::kBFloat16);
  made.candidate = at::tensor({10, 11, 12, 13}, at::kInt);
  made.scores = at::tensor({.2, .5, .5001, .1}, at::kDouble);  // one bfloat16
  EXPECT_THAT(block_after(made.on(at::kCPU)), ElementsAre(kMask, kMask, 12, kMask));
  made.rule.rounds_scores = true;
  EXPECT_THAT(block_after(made), ElementsAre(kMask, 11, kMask, kMask));
}

/// A soft step: the third position is decoded, token 50 of confidence .4.
DenoiseCase soft_four() {
  DenoiseCase made = four({.2, .1, .5, .3});
  made.rule.soft = true;
  made.rule.alpha = .5;
  made.tokens[4] = 50;
  made.confidence[4] = .4;
  made.top_ids = at::tensor({20, 21, 22, 23, 24, 25, 26, 27}, at::kInt).view({4, 2});
  made.top_shares = at::tensor({.75, .25, 1., 0., .5, .5, .625, .375}, at::kDouble).view({4, 2});
  return made;
}

TEST(DenoiseStep, RevisesWhatIsNowMoreConfident) {
  DenoiseCase made = soft_four();
  EXPECT_THAT(block_after(made), ElementsAre(kMask, kMask, 12, 13));
  EXPECT_EQ(made.progressed().revised_tokens, 1);
  EXPECT_EQ(made.confidence[4].item<double>(), .5);
  made = soft_four();
  made.confidence[4] = .5;
  EXPECT_THAT(block_after(made), ElementsAre(kMask, kMask, 50, 13)) << "not by as much";
  made = soft_four();
  made.candidate[2] = kMask;
  EXPECT_THAT(block_after(made), ElementsAre(kMask, kMask, 50, 13)) << "never by the mask";
  made = soft_four();
  made.candidate[2] = 50;
  block_after(made);
  EXPECT_EQ(made.progressed().revised_tokens, 0) << "the same token, more confident";
  EXPECT_EQ(made.confidence[4].item<double>(), .5);
  made = soft_four();
  made.rule.soft = false;
  EXPECT_THAT(block_after(made), ElementsAre(kMask, kMask, 50, 13));
  EXPECT_EQ(made.soft_ids.ne(-7).sum().item<int>(), 0);
}

TEST(DenoiseStep, SoftTokensEvolve) {
  DenoiseCase made = soft_four();
  block_after(made);
  const at::Tensor ids =
      at::tensor({0, 0, 0, 1, 1, 1, 20, 21, 99, 22, 23, 99, 24, 25, 12, 26, 27, 13}, at::kLong);
  const at::Tensor weights = at::tensor({0., 0., 1., 0., 0., 1.,        // prompt: one-hot
                                         .375, .125, .5, .5, 0., .5,    // masked: half on the mask
                                         .5, .5, 0., .625, .375, 0.});  // decoded: the mixture
  EXPECT_TRUE(at::equal(made.soft_ids.flatten(), ids)) << made.soft_ids;
  EXPECT_TRUE(at::equal(made.soft_weights.flatten(), weights.to(at::kFloat))) << made.soft_weights;
}

TEST(DenoiseStep, LogitsThatAreNotNumbersStopEverything) {
  for (const bool candidate : {true, false}) {
    DenoiseCase made = soft_four();
    if (candidate) {
      made.candidate[1] = -1;
    } else {
      made.top_shares[1][1] = std::numeric_limits<double>::quiet_NaN();
    }
    EXPECT_THAT(block_after(made), ElementsAre(kMask, kMask, 50, kMask));
    EXPECT_EQ(made.progressed().unusable_position, 3);
    EXPECT_EQ(made.progressed().nfe, 0);
    made.candidate[1] = 11;
    made.top_shares[1][1] = 0;
    EXPECT_THAT(block_after(made), ElementsAre(kMask, kMask, 50, kMask)) << "also later";
  }
}

}  // namespace
}  // namespace evotoken::kernels
