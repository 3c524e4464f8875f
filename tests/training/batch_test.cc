#include "training/batch.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace evotoken::training {
namespace {

std::vector<Example> examples(std::size_t count) {
  std::vector<Example> all(count);
  for (std::size_t i = 0; i < count; ++i) {
    all[i].tokens.assign(3 + i % 4, static_cast<std::int32_t>(i));
    all[i].prompt_length = 2;
  }
  return all;
}

TEST(BatchSource, ServesEveryExampleOncePerEpochInAnOrderOfItsOwn) {
  const auto all = examples(12);
  const BatchSource source(all, {4, 77, false, 5});
  Draw draw(0, Stream::kNoise, 0);
  std::vector<std::vector<std::int64_t>> epochs(2);
  for (std::int64_t number = 0; number < 6; ++number) {
    const Batch batch = source.batch(number, 0, draw);
    for (std::int64_t b = 0; b < 4; ++b) {
      epochs[static_cast<std::size_t>(number / 3)].push_back(
          batch.tokens[b][0].item<std::int64_t>());
    }
  }
  for (const auto& epoch : epochs) {
    EXPECT_EQ(std::set<std::int64_t>(epoch.begin(), epoch.end()).size(), 12U);
  }
  EXPECT_NE(epochs[0], epochs[1]);
}

TEST(BatchSource, PadsOnTheRight) {
  const auto all = examples(4);
  const BatchSource source(all, {4, 77, false, 5});
  Draw draw(0, Stream::kNoise, 0);
  const Batch batch = source.batch(0, 0, draw);
  ASSERT_EQ(batch.length(), 6) << "the longest";
  for (std::int64_t b = 0; b < 4; ++b) {
    const auto own = batch.tokens[b][0].item<std::int64_t>();
    for (std::int64_t p = 0; p < 6; ++p) {
      EXPECT_EQ(batch.tokens[b][p].item<std::int64_t>(), p < 3 + own ? own : 77);
    }
  }
}

TEST(BatchSource, AddsOneToTenMorePadTokensWhenAsked) {
  const auto all = examples(4);
  const BatchSource source(all, {4, 77, false, 5});
  std::set<std::int64_t> lengths;
  for (std::uint64_t i = 0; i < 300; ++i) {
    Draw draw(0, Stream::kNoise, i);
    lengths.insert(source.batch(0, 0.5, draw).length());
  }
  EXPECT_EQ(*lengths.begin(), 6);
  EXPECT_EQ(*lengths.rbegin(), 16);
  EXPECT_EQ(lengths.size(), 11U);
}

TEST(BatchSource, GroupsExamplesOfLikeLength) {
  const auto all = examples(40);  // lengths 3 to 6, ten of each
  const auto padded = [&](bool grouped) {
    const BatchSource source(all, {5, 77, grouped, 5});
    Draw draw(0, Stream::kNoise, 0);
    std::set<std::int64_t> served;
    std::int64_t pads = 0;
    for (std::int64_t number = 0; number < 8; ++number) {
      const Batch batch = source.batch(number, 0, draw);
      for (std::int64_t b = 0; b < 5; ++b) served.insert(batch.tokens[b][0].item<std::int64_t>());
      pads += (batch.tokens == 77).sum().item<std::int64_t>();
    }
    EXPECT_EQ(served.size(), 40U) << "each example once";
    return pads;
  };
  EXPECT_GT(padded(false), 0);
  EXPECT_EQ(padded(true), 0);
}

TEST(BatchSource, GroupedBatchesComeInRandomOrder) {
  const auto all = examples(40);
  const BatchSource source(all, {5, 77, true, 5});
  Draw draw(0, Stream::kNoise, 0);
  std::vector<std::int64_t> lengths;
  for (std::int64_t number = 0; number < 8; ++number) {
    lengths.push_back(source.batch(number, 0, draw).length());
  }
  EXPECT_FALSE(std::is_sorted(lengths.begin(), lengths.end()));
}

TEST(Draw, IsAFunctionOfItsPlace) {
  EXPECT_EQ(Draw(1, Stream::kNoise, 2).bits(), Draw(1, Stream::kNoise, 2).bits());
  EXPECT_NE(Draw(1, Stream::kNoise, 2).bits(), Draw(1, Stream::kOrder, 2).bits());
  EXPECT_NE(Draw(1, Stream::kNoise, 2).bits(), Draw(2, Stream::kNoise, 2).bits());
  Draw draw(1, Stream::kNoise, 0);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) sum += draw.uniform();
  EXPECT_NEAR(sum / 10000, 0.5, 0.02);
}

}  // namespace
}  // namespace evotoken::training
