#include "engine/decoding/stopping.h"

#include <gtest/gtest.h>

namespace evotoken::decoding {
namespace {

constexpr TokenId kMask = 9;
constexpr TokenId kEnd = 7;

/// Two prompt tokens, one of them an end token, and two blocks of two.
SequenceState state_with(std::vector<TokenId> generated) {
  SequenceState state = SequenceState::start({1, kEnd}, 4, 2, kMask);
  std::copy(generated.begin(), generated.end(), state.tokens.begin() + 2);
  return state;
}

DecodingOptions stopping_at(EarlyStop rule) {
  DecodingOptions options;
  options.early_stop = rule;
  return options;
}

TEST(Stopping, AnEndTokenInTheFinishedBlockEndsTheSequence) {
  EXPECT_TRUE(
      sequence_is_over(state_with({3, kEnd, kMask, kMask}), stopping_at(EarlyStop::kEos), kEnd));
  EXPECT_FALSE(
      sequence_is_over(state_with({3, 4, kMask, kMask}), stopping_at(EarlyStop::kEos), kEnd))
      << "the prompt's end token is not the answer's";
}

TEST(Stopping, OtherBlocksDoNotCount) {
  SequenceState state = state_with({3, kEnd, 4, 5});
  state.block = 1;
  EXPECT_FALSE(sequence_is_over(state, stopping_at(EarlyStop::kEos), kEnd));
}

TEST(Stopping, WithoutTheRuleNothingEndsEarly) {
  EXPECT_FALSE(sequence_is_over(state_with({kEnd, kEnd, kMask, kMask}),
                                stopping_at(EarlyStop::kNone), kEnd));
}

}  // namespace
}  // namespace evotoken::decoding
