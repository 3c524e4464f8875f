// The grid that list flags span.
#include "programs/decoding_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/decoding/decoder.h"

namespace evotoken::programs {
namespace {

using decoding::DecodingOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

DecodingFlags parsed(const std::vector<std::string>& arguments) {
  CLI::App app;
  DecodingFlags flags;
  flags.add_to(app);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  app.parse(reversed);
  return flags;
}

std::vector<DecodingOptions> grid(const std::vector<std::string>& arguments) {
  return parsed(arguments).grid();
}

TEST(DecodingFlags, WithoutFlagsTheDefaults) {
  const auto cells = grid({});
  ASSERT_EQ(cells.size(), 1U);
  EXPECT_EQ(to_json(cells[0]), to_json(DecodingOptions{}));
}

TEST(DecodingFlags, ListsSpanAGridTheFirstFlagSlowest) {
  const auto cells = grid({"--seed", "1,2", "--gen_length", "64, 128"});
  std::vector<std::string> seen;
  for (const DecodingOptions& cell : cells) {
    seen.push_back(fmt::format("{} {} {}", cell.gen_length, cell.diffusion_steps, cell.seed));
  }
  EXPECT_THAT(seen, ElementsAre("64 32 1", "64 32 2", "128 64 1", "128 64 2"));
}

TEST(DecodingFlags, StepsAreGivenOrAPartOfTheLength) {
  EXPECT_EQ(grid({"--steps_factor", "0.25,1"})[0].diffusion_steps, 32);
  EXPECT_EQ(grid({"--steps_factor", "0.25,1"})[1].diffusion_steps, 128);
  EXPECT_EQ(grid({"--diffusion_steps", "8", "--steps_factor", "1"})[0].diffusion_steps, 8);
  EXPECT_THROW(grid({"--steps_factor", "0.3"}), UsageError) << "38.4 steps";
  EXPECT_THROW(grid({"--steps_factor", "0"}), UsageError);
}

TEST(DecodingFlags, WhatADecoderDoesNotReadMakesNoCells) {
  EXPECT_EQ(grid({"--decoder", "evotoken,hard_mask", "--alpha_soft_mask", "0.5,0.6,0.7"}).size(),
            3U + 1U);
  EXPECT_EQ(grid({"--decoder", "random", "--remasking", "random,low_confidence"}).size(), 1U);
  EXPECT_EQ(grid({"--cache", "none,dual", "--cache_refresh", "2,4"}).size(), 1U + 2U);
  EXPECT_EQ(grid({"--seed", "3,3"}).size(), 1U);
}

TEST(DecodingFlags, NoneUnsetsAThreshold) {
  const auto cells = grid({"--threshold", "none,0.9"});
  ASSERT_EQ(cells.size(), 2U);
  EXPECT_FALSE(cells[0].threshold);
  EXPECT_EQ(cells[1].threshold, 0.9);
}

TEST(DecodingFlags, SingleRefusesAList) {
  EXPECT_EQ(parsed({"--k_soft", "5"}).single().k_soft, 5);
  EXPECT_THROW(parsed({"--k_soft", "5,6"}).single(), UsageError);
}

TEST(DecodingFlags, ComplaintsNameTheFlag) {
  const auto complaint = [](const std::vector<std::string>& arguments) -> std::string {
    try {
      grid(arguments);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_THAT(complaint({"--k_soft", "three"}), HasSubstr("--k_soft: \"three\""));
  EXPECT_THAT(complaint({"--seed", "-1"}), HasSubstr("--seed: \"-1\""));
  EXPECT_THAT(complaint({"--temperature", "0.5,"}), HasSubstr("--temperature: \"0.5,\" has an"));
  EXPECT_THAT(complaint({"--cache", "none,triple"}),
              HasSubstr("--cache: \"triple\" is unknown, expected one of none, prefix, dual"));
  EXPECT_THAT(complaint({"--remasking", "best"}), HasSubstr("low_confidence, random"));
  EXPECT_THAT(complaint({"--early_stop", "soon"}), HasSubstr("none, eos"));
  EXPECT_THAT(complaint({"--decoder", "magic"}),
              HasSubstr("--decoder: \"magic\" is unknown, expected one of " +
                        join_names(decoding::decoder_names())));
}

}  // namespace
}  // namespace evotoken::programs
