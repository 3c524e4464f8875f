// Decoding with cached keys and values, and stopping early, beyond the golden cases.
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/decoding/decoder.h"
#include "engine/decoding/generate.h"
#include "tests/engine/golden_model.h"

namespace evotoken::decoding {
namespace {

DecodingOptions options_of(const std::string& decoder) {
  DecodingOptions options;
  options.decoder = decoder;
  options.gen_length = 32;
  options.block_length = 16;
  options.diffusion_steps = 16;
  return options;
}

GenerationResult decode(const DecodingOptions& options) {
  const std::vector<GenerationRequest> requests = {{"sample", {1, 40, 41, 42, 43}}};
  auto results = generate(testing::golden_model("toy-mha"), options, requests);
  EXPECT_EQ(results[0].failure.value_or("none"), "none");
  return results[0];
}

TEST(Cache, RefreshedInEachStepItChangesNothing) {
  for (const std::string& decoder : decoder_names()) {
    DecodingOptions options = options_of(decoder);
    const GenerationResult plain = decode(options);
    options.cache_refresh = 1;
    for (const Cache cache : {Cache::kPrefix, Cache::kDual}) {
      options.cache = cache;
      const GenerationResult cached = decode(options);
      if (decoder == "evotoken" || decoder == "hard_mask") {
        EXPECT_EQ(cached.output, plain.output) << decoder << " " << choice_name(cache);
      }  // the others may leave masks in earlier blocks, which are no candidates with a cache
      EXPECT_EQ(cached.nfe, plain.nfe) << decoder << " " << choice_name(cache);
    }
  }
}

TEST(Cache, EveryDecoderFillsEveryPosition) {
  for (const char* decoder : {"evotoken", "hard_mask"}) {
    for (const Cache cache : {Cache::kPrefix, Cache::kDual}) {
      for (const std::int64_t refresh : {0, 3}) {
        DecodingOptions options = options_of(decoder);
        options.cache = cache;
        options.cache_refresh = refresh;
        const GenerationResult result = decode(options);
        const auto mask =
            static_cast<TokenId>(testing::golden_model("toy-mha").config().mask_token_id);
        EXPECT_EQ(std::count(result.output.begin(), result.output.end(), mask), 0);
        EXPECT_EQ(result.nfe, 16) << "the full pass at a block's start is its first step";
      }
    }
  }
}

TEST(Cache, APackHoldsSequencesAtDifferentSteps) {
  const model::LladaModel& model = testing::golden_model("toy-mha");
  const std::vector<GenerationRequest> requests = {
      {"a", {1, 40, 41, 42, 43}}, {"b", {1, 7}}, {"c", {1, 50, 51}}, {"d", {1, 9, 8, 7, 6, 5}}};
  for (const std::string& decoder : decoder_names()) {
    for (const Cache cache : {Cache::kPrefix, Cache::kDual}) {
      for (const std::int64_t refresh : {0, 3}) {
        DecodingOptions options = options_of(decoder);
        options.cache = cache;
        options.cache_refresh = refresh;
        options.threshold = 0.05;  // so that samples do not end together
        const auto alone = generate(model, options, requests);
        const auto packed = generate(model, options, requests, {.packed = true, .slots = 3});
        for (std::size_t i = 0; i < requests.size(); ++i) {
          EXPECT_EQ(packed[i].output, alone[i].output) << decoder << " " << requests[i].sample_id;
          EXPECT_EQ(packed[i].nfe, alone[i].nfe);
        }
      }
    }
  }
}

TEST(EarlyStop, EndsBehindTheBlockThatHoldsAnEndToken) {
  const c10::InferenceMode inference;
  const model::LladaModel& toy = testing::golden_model("toy-mha");
  for (const char* decoder : {"evotoken", "hard_mask"}) {
    DecodingOptions options = options_of(decoder);
    const GenerationResult plain = decode(options);
    // The toy never writes its end token; a copy of it that calls another token the end does.
    weights::ModelConfig config = toy.config();
    config.eos_token_id = plain.output[5];
    const model::LladaModel model(config, toy.weights());
    options.early_stop = EarlyStop::kEos;
    const std::vector<GenerationRequest> requests = {{"sample", {1, 40, 41, 42, 43}}};
    const GenerationResult stopped = generate(model, options, requests)[0];
    EXPECT_EQ(stopped.nfe, plain.nfe / 2) << "one of two blocks";
    EXPECT_EQ(plain.decoded_tokens, 32);
    EXPECT_EQ(stopped.decoded_tokens, 16) << "nobody decoded the end tokens that fill the rest";
    const std::vector<TokenId> begin(plain.output.begin(), plain.output.begin() + 16);
    EXPECT_EQ(std::vector<TokenId>(stopped.output.begin(), stopped.output.begin() + 16), begin);
    EXPECT_EQ(std::count(stopped.output.begin() + 16, stopped.output.end(), plain.output[5]), 16);
  }
}

}  // namespace
}  // namespace evotoken::decoding
