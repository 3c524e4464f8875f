#include "training/cts.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <set>

namespace evotoken::training {
namespace {

constexpr std::int64_t kMask = 99;

Batch batch_of(std::int64_t length, std::vector<std::int64_t> prompt_lengths) {
  Batch batch;
  const auto rows = static_cast<std::int64_t>(prompt_lengths.size());
  batch.tokens = at::arange(rows * length, at::kLong).view({rows, length}).remainder(90);
  batch.prompt_lengths = std::move(prompt_lengths);
  return batch;
}

/// What must hold of every noised batch (spec: training.md, "Noising").
void check_batch(const Batch& batch, const CtsOptions& options, const CtsBatch& noised) {
  const std::int64_t length = batch.length();
  for (std::size_t b = 0; b < noised.samples.size(); ++b) {
    const Trajectory& sample = noised.samples[b];
    const std::int64_t end = sample.block_begin + noised.block_length;
    ASSERT_GE(sample.block_begin, 0);
    ASSERT_LE(end, length);
    std::set<std::int64_t> masked;
    for (std::int64_t p = 0; p < length; ++p) {
      const auto token = sample.noised[static_cast<std::size_t>(p)];
      if (token == kMask) {
        masked.insert(p);
        EXPECT_GE(p, sample.block_begin) << "everything before the block is visible";
      } else {
        EXPECT_EQ(token, batch.tokens[static_cast<std::int64_t>(b)][p].item<std::int64_t>());
        EXPECT_LT(p, end) << "everything behind the block is masked";
      }
    }
    ASSERT_EQ(std::ssize(sample.decoded), options.steps);
    std::set<std::int64_t> decoded;
    for (const auto& now : sample.decoded) {
      EXPECT_EQ(now.size(), sample.decoded[0].size());
      for (const std::int64_t p : now) {
        EXPECT_TRUE(decoded.insert(p).second) << "each position once";
        EXPECT_TRUE(masked.count(p) == 1 && p < end);
      }
    }
    for (const double alpha : sample.alpha) {
      EXPECT_GE(alpha, options.alpha_low);
      EXPECT_LT(alpha, options.alpha_high);
    }
  }
}

TEST(CtsBatch, KeepsTheRulesOfNoising) {
  const CtsOptions options;
  const Batch batch = batch_of(120, {20, 35});
  std::set<std::size_t> per_step;
  std::set<std::int64_t> begins;
  for (std::uint64_t i = 0; i < 200; ++i) {
    Draw draw(1, Stream::kNoise, i);
    const CtsBatch noised = make_cts_batch(batch, options, kMask, draw);
    EXPECT_EQ(noised.block_length, 120 - 35);
    check_batch(batch, options, noised);
    per_step.insert(noised.samples[0].decoded[0].size());
    begins.insert(noised.samples[0].block_begin);
    EXPECT_EQ(noised.samples[1].block_begin, 35);
  }
  EXPECT_EQ(per_step, (std::set<std::size_t>{1, 2, 4, 8})) << "all are drawn";
  EXPECT_EQ(*begins.begin(), 20);
  EXPECT_EQ(*begins.rbegin(), 35);
}

TEST(CtsBatch, CapsTheBlockAndGivesItRoomToDecode) {
  CtsOptions options;
  options.block_cap = 32;
  Draw draw(1, Stream::kNoise, 0);
  CtsBatch noised = make_cts_batch(batch_of(200, {10}), options, kMask, draw);
  EXPECT_TRUE(noised.block_length == 32 || noised.block_length == 33) << noised.block_length;

  options.decoded_per_step = {8};  // 4 · 8 positions do not fit into a response of 10
  noised = make_cts_batch(batch_of(50, {40}), options, kMask, draw);
  EXPECT_EQ(noised.block_length, 33);
  EXPECT_EQ(noised.samples[0].block_begin, 17) << "the block begins inside the prompt";
  check_batch(batch_of(50, {40}), options, noised);
}

TEST(CtsBatch, DependsOnTheDrawAlone) {
  const Batch batch = batch_of(80, {20});
  const auto make = [&](std::uint64_t index) {
    Draw draw(7, Stream::kNoise, index);
    return make_cts_batch(batch, {}, kMask, draw).samples[0].noised;
  };
  EXPECT_EQ(make(3), make(3));
  EXPECT_NE(make(3), make(4));
}

}  // namespace
}  // namespace evotoken::training
