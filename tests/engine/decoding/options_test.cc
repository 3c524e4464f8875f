#include "engine/decoding/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/decoding/decoder.h"

namespace evotoken::decoding {
namespace {

using ::testing::HasSubstr;

/// The message of the UsageError that `change` provokes, or "" where nothing is thrown.
template <typename Change>
std::string complaint(Change change) {
  DecodingOptions options;
  change(options);
  try {
    check(options);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(DecodingOptions, DefaultsAreThePublishedOnesAndValid) {
  EXPECT_EQ(complaint([](auto&) {}), "");
  EXPECT_EQ(to_json({}).dump(),
            R"({"decoder":"evotoken","gen_length":128,"block_length":32,"diffusion_steps":64,)"
            R"("temperature":0.5,"k_soft":3,"alpha_soft_mask":0.7,"threshold":null,"factor":null,)"
            R"("remasking":"low_confidence","cache":"none","cache_refresh":0,"early_stop":"none",)"
            R"("seed":42})");
}

TEST(DecodingOptions, LengthsMustDivide) {
  EXPECT_THAT(complaint([](auto& o) { o.gen_length = 100; }),
              HasSubstr("--block_length: 32 does not divide --gen_length 100"));
  EXPECT_THAT(complaint([](auto& o) { o.diffusion_steps = 63; }),
              HasSubstr("--diffusion_steps: 63, expected a positive multiple of the 4 blocks"));
  EXPECT_THAT(complaint([](auto& o) { o.gen_length = 0; }), HasSubstr("--gen_length"));
  EXPECT_THAT(complaint([](auto& o) { o.block_length = -32; }), HasSubstr("--block_length"));
}

TEST(DecodingOptions, RangesAreChecked) {
  EXPECT_THAT(complaint([](auto& o) { o.alpha_soft_mask = 1; }),
              HasSubstr("--alpha_soft_mask: 1, expected 0 <= alpha < 1"));
  EXPECT_THAT(complaint([](auto& o) { o.alpha_soft_mask = -0.1; }), HasSubstr("--alpha_soft_mask"));
  EXPECT_THAT(complaint([](auto& o) { o.temperature = -1; }), HasSubstr("--temperature"));
  EXPECT_THAT(complaint([](auto& o) { o.k_soft = 0; }), HasSubstr("--k_soft"));
  EXPECT_THAT(complaint([](auto& o) { o.threshold = 1.5; }), HasSubstr("--threshold"));
  EXPECT_THAT(complaint([](auto& o) { o.factor = 0; }), HasSubstr("--factor"));
  EXPECT_THAT(complaint([](auto& o) { o.threshold = 0.9, o.factor = 1; }),
              HasSubstr("one of the two"));
  EXPECT_THAT(complaint([](auto& o) { o.cache_refresh = -1; }), HasSubstr("--cache_refresh"));
}

TEST(DecodingOptions, UnknownDecoderListsTheKnown) {
  EXPECT_THAT(complaint([](auto& o) { o.decoder = "magic"; }),
              HasSubstr("expected one of " + join_names(decoder_names())));
}

}  // namespace
}  // namespace evotoken::decoding
