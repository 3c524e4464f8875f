#include "engine/decoding/block_schedule.h"

#include <gtest/gtest.h>

namespace evotoken::decoding {
namespace {

TEST(BlockSchedule, SpreadsTheRemainderOverTheFirstSteps) {
  // 32 positions in 5 steps: 7 7 6 6 6.
  std::vector<std::int64_t> counts;
  for (int i = 0; i < 5; ++i) counts.push_back(positions_to_fix(32, 5, i));
  EXPECT_EQ(counts, (std::vector<std::int64_t>{7, 7, 6, 6, 6}));
}

TEST(BlockSchedule, EveryDivisionFixesTheWholeBlock) {
  for (std::int64_t block = 1; block <= 40; ++block) {
    for (std::int64_t steps = 1; steps <= 50; ++steps) {
      std::int64_t total = 0;
      for (std::int64_t i = 0; i < steps; ++i) total += positions_to_fix(block, steps, i);
      EXPECT_EQ(total, block) << block << " positions in " << steps << " steps";
    }
  }
}

TEST(BlockSchedule, BlockEndsWithItsLastMaskOrItsSteps) {
  DecodingOptions options;
  options.gen_length = 8;
  options.block_length = 4;
  options.diffusion_steps = 4;  // two a block
  SequenceState state = SequenceState::start({1, 2}, 8, 4, /*mask_id=*/9);
  EXPECT_FALSE(block_is_over(state, options));
  for (std::size_t p = 2; p < 6; ++p) state.tokens[p] = 5;
  EXPECT_TRUE(block_is_over(state, options)) << "no mask left";
  state.tokens[3] = 9;
  EXPECT_FALSE(block_is_over(state, options));
  state.step_in_block = 2;
  EXPECT_TRUE(block_is_over(state, options)) << "a chosen mask stays; steps are used up";
  options.threshold = 0.9;
  EXPECT_FALSE(block_is_over(state, options)) << "steps do not bound the passes of a threshold";
  state.step_in_block = 4;
  EXPECT_TRUE(block_is_over(state, options));
}

TEST(BlockSchedule, BoundsThePassesOfASequence) {
  DecodingOptions options;  // evotoken, 4 blocks of 32 positions
  options.diffusion_steps = 64;
  EXPECT_EQ(max_passes(options), 64);
  options.diffusion_steps = 256;
  EXPECT_EQ(max_passes(options), 128) << "each step fixes a position for good";
  options.decoder = "llada";
  EXPECT_EQ(max_passes(options), 256) << "it may choose the mask, and then uses up its steps";
  options.threshold = 0.9;
  EXPECT_EQ(max_passes(options), 128);
  options.threshold.reset();
  EXPECT_FALSE(by_confidence(options));
  options.factor = 1.0;
  EXPECT_TRUE(by_confidence(options));
  EXPECT_EQ(max_passes(options), 128);
}

}  // namespace
}  // namespace evotoken::decoding
