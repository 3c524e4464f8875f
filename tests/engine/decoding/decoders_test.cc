// The rules of the methods on hand-made predictions, without any model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/decoding/decoder.h"

namespace evotoken::decoding {
namespace {

constexpr TokenId kMask = 9;

/// Two prompt tokens and one block of four; the second block's four positions follow.
SequenceState fresh_state() { return SequenceState::start({1, 2}, 8, 4, kMask); }

DecodingOptions two_steps_a_block() {
  DecodingOptions options;
  options.gen_length = 8;
  options.block_length = 4;
  options.diffusion_steps = 4;
  options.k_soft = 2;
  options.alpha_soft_mask = 0.6;
  return options;
}

/// Predictions from position 2 on; top K the same for all rows.
Predictions predict_block(std::vector<TokenId> candidate, std::vector<double> confidence) {
  Predictions predictions;
  predictions.positions = {2, 3, 4, 5, 6, 7, 8, 9};
  predictions.candidate = std::move(candidate);
  predictions.confidence = std::move(confidence);
  predictions.top_k = 2;
  for (int row = 0; row < 8; ++row) {
    predictions.top_ids.insert(predictions.top_ids.end(), {4, 5});
    predictions.top_shares.insert(predictions.top_shares.end(), {0.75, 0.25});
  }
  return predictions;
}

TEST(EvoToken, FixesRevisesAndEvolves) {
  SequenceState state = fresh_state();
  const Decoder& decoder = find_decoder("evotoken");
  const DecodingOptions options = two_steps_a_block();

  StepChange change = decoder.step(state, predict_block({4, 5, 6, 7}, {.4, .9, .2, .8}), options);
  EXPECT_EQ(change.chosen, (std::vector<std::int64_t>{3, 5}));
  EXPECT_TRUE(change.revised.empty());
  EXPECT_EQ(state.tokens, (std::vector<TokenId>{1, 2, 9, 5, 9, 7, 9, 9, 9, 9}));

  // Position 3 is now predicted otherwise and surer, position 5 the same token and surer.
  state.step_in_block = 1;
  change = decoder.step(state, predict_block({4, 8, 6, 7}, {.4, .95, .2, .85}), options);
  EXPECT_EQ(change.chosen, (std::vector<std::int64_t>{2, 4}));
  EXPECT_EQ(change.revised, (std::vector<std::int64_t>{3})) << "only a changed token is a revision";
  EXPECT_EQ(state.tokens[3], 8);
  EXPECT_DOUBLE_EQ(state.confidence[5], .85);
}

TEST(EvoToken, LessConfidentPredictionsRevokeNothing) {
  SequenceState state = fresh_state();
  const Decoder& decoder = find_decoder("evotoken");
  decoder.step(state, predict_block({4, 5, 6, 7}, {.4, .9, .2, .8}), two_steps_a_block());
  decoder.step(state, predict_block({4, 8, 6, 8}, {.4, .9, .2, .1}), two_steps_a_block());
  EXPECT_EQ(state.tokens[3], 5);
  EXPECT_EQ(state.tokens[5], 7);
}

TEST(EvoToken, SoftTokensByState) {
  SequenceState state = fresh_state();
  find_decoder("evotoken")
      .step(state, predict_block({4, 5, 6, 7}, {.4, .9, .2, .8}), two_steps_a_block());
  const auto weights = [&](std::size_t p) {
    const auto begin = state.soft.weights.begin() + static_cast<std::ptrdiff_t>(p * 3);
    return std::vector<double>(begin, begin + 3);
  };
  EXPECT_EQ(weights(0), (std::vector<double>{0, 0, 1})) << "prompt: one-hot";
  EXPECT_EQ(state.soft.ids[2], 1);
  EXPECT_EQ(weights(3), (std::vector<double>{.75, .25, 0})) << "decoded: top K alone";
  EXPECT_DOUBLE_EQ(weights(2)[2], .6) << "masked: alpha on the mask";
  EXPECT_DOUBLE_EQ(weights(2)[0], .4 * .75);
  EXPECT_EQ(state.soft.ids[2 * 3 + 2], kMask);
  EXPECT_DOUBLE_EQ(weights(9)[2], .6) << "later blocks are soft as well";
}

TEST(HardMask, ADecodedTokenIsFinal) {
  SequenceState state = fresh_state();
  const Decoder& decoder = find_decoder("hard_mask");
  decoder.step(state, predict_block({4, 5, 6, 7}, {.4, .9, .2, .8}), two_steps_a_block());
  const StepChange change =
      decoder.step(state, predict_block({4, 8, 6, 8}, {.4, .99, .2, .99}), two_steps_a_block());
  EXPECT_TRUE(change.revised.empty());
  EXPECT_EQ(state.tokens, (std::vector<TokenId>{1, 2, 4, 5, 6, 7, 9, 9, 9, 9}));
  EXPECT_TRUE(state.soft.absent());
}

TEST(Llada, AChosenMaskStaysMasked) {
  SequenceState state = fresh_state();
  const Decoder& decoder = find_decoder("llada");
  EXPECT_FALSE(decoder.bans_mask());
  const StepChange change =
      decoder.step(state, predict_block({4, kMask, 6, 7}, {.4, .9, .2, .8}), two_steps_a_block());
  EXPECT_EQ(change.chosen, (std::vector<std::int64_t>{3, 5}));
  EXPECT_EQ(state.tokens, (std::vector<TokenId>{1, 2, 9, 9, 9, 7, 9, 9, 9, 9}));
}

TEST(Registry, NamesAreKnown) {
  EXPECT_THAT(decoder_names(),
              ::testing::IsSupersetOf({"evotoken", "hard_mask", "llada", "random"}));
  EXPECT_TRUE(find_decoder("random").random_remasking({}));
  EXPECT_FALSE(find_decoder("evotoken").random_remasking({}));
}

}  // namespace
}  // namespace evotoken::decoding
