// The same sample gives the same tokens whatever the batch, the order or its neighbours.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "engine/decoding/generate.h"
#include "tests/engine/decoding/golden_case.h"

namespace evotoken::decoding {
namespace {

using Outputs = std::map<std::string, std::vector<TokenId>>;

std::vector<GenerationRequest> requests_of_different_lengths() {
  std::vector<GenerationRequest> requests;
  std::mt19937 random(7);
  for (int i = 0; i < 9; ++i) {
    GenerationRequest request{"sample/" + std::to_string(i), {}};
    request.prompt.resize(5 + random() % 60);
    for (TokenId& token : request.prompt) token = static_cast<TokenId>(random() % 2000);
    requests.push_back(std::move(request));
  }
  return requests;
}

Outputs decode(const std::vector<GenerationRequest>& requests, const DecodingOptions& options,
               std::size_t batch_size, const BatchOptions& batch = {}) {
  Outputs outputs;
  for (std::size_t begin = 0; begin < requests.size(); begin += batch_size) {
    const std::span part =
        std::span(requests).subspan(begin, std::min(batch_size, requests.size() - begin));
    const auto results = generate(testing::golden_model("toy-mha"), options, part, batch);
    for (std::size_t i = 0; i < part.size(); ++i) {
      EXPECT_FALSE(results[i].failure) << *results[i].failure;
      outputs[part[i].sample_id] = results[i].output;
    }
  }
  return outputs;
}

DecodingOptions short_options(const std::string& decoder, double temperature) {
  DecodingOptions options;
  options.decoder = decoder;
  options.gen_length = 16;
  options.block_length = 8;
  options.diffusion_steps = 8;
  options.temperature = temperature;
  return options;
}

TEST(BatchInvariance, BatchSizeAndOrderChangeNothing) {
  for (const char* decoder : {"evotoken", "hard_mask", "llada", "random"}) {
    SCOPED_TRACE(decoder);
    const DecodingOptions options = short_options(decoder, 0.5);
    std::vector<GenerationRequest> requests = requests_of_different_lengths();
    const Outputs alone = decode(requests, options, 1);
    EXPECT_EQ(decode(requests, options, 7), alone);
    std::shuffle(requests.begin(), requests.end(), std::mt19937(3));
    EXPECT_EQ(decode(requests, options, 4), alone);
  }
}

TEST(BatchInvariance, PackedPassAgreesOnThisModel) {
  // Greedy decoding of the toy model has margins far above the rounding of a shared GEMM.
  const DecodingOptions options = short_options("evotoken", 0);
  const std::vector<GenerationRequest> requests = requests_of_different_lengths();
  EXPECT_EQ(decode(requests, options, 9, {.packed = true}), decode(requests, options, 1));
}

/// What `requests` give, and how many samples were in flight after each was begun (+) or done (−).
struct StreamRun {
  Outputs outputs;
  std::vector<std::pair<char, int>> in_flight;
};

StreamRun decode_stream(const std::vector<GenerationRequest>& requests,
                        const DecodingOptions& options, const BatchOptions& batch) {
  StreamRun run;
  std::size_t begun = 0;
  int in_flight = 0;
  const RequestStream stream = {[&]() -> std::optional<GenerationRequest> {
                                  if (begun == requests.size()) return std::nullopt;
                                  run.in_flight.emplace_back('+', ++in_flight);
                                  return requests[begun++];
                                },
                                [&](std::size_t n, const GenerationResult& result) {
                                  run.in_flight.emplace_back('-', --in_flight);
                                  run.outputs[requests[n].sample_id] = result.output;
                                }};
  generate(testing::golden_model("toy-mha"), options, stream, batch);
  return run;
}

TEST(BatchInvariance, AFreeSlotTakesTheNextSampleAndNumbersStay) {
  // With a threshold samples take as many passes as they need, and end one by one.
  for (const char* decoder : {"evotoken", "hard_mask"}) {
    for (const bool packed : {false, true}) {
      SCOPED_TRACE(std::string(decoder) + (packed ? " packed" : ""));
      DecodingOptions options = short_options(decoder, 0);
      options.threshold = 0.5;
      const std::vector<GenerationRequest> requests = requests_of_different_lengths();
      const StreamRun run = decode_stream(requests, options, {.packed = packed, .slots = 3});
      EXPECT_EQ(run.outputs, decode(requests, options, 1));
      int refilled = 0;  // while others were still in flight
      for (std::size_t i = 1; i < run.in_flight.size(); ++i) {
        const auto [event, now] = run.in_flight[i];
        const auto [event_before, before] = run.in_flight[i - 1];
        EXPECT_LE(now, 3);
        if (event == '+' && event_before == '-') refilled += static_cast<int>(before > 0);
      }
      EXPECT_GE(refilled, 3) << "free slots waited for the whole batch";
    }
  }
}

TEST(Generate, AStreamWithoutSamplesEndsAtOnce) {
  EXPECT_TRUE(decode_stream({}, short_options("evotoken", 0), {.slots = 2}).in_flight.empty());
}

TEST(Generate, WhatTheStreamThrowsComesThrough) {
  const RequestStream stream = {
      [] { return std::optional<GenerationRequest>(requests_of_different_lengths()[0]); },
      [](std::size_t, const GenerationResult&) { throw std::runtime_error("disk full"); }};
  EXPECT_THROW(generate(testing::golden_model("toy-mha"), short_options("hard_mask", 0), stream,
                        {.slots = 1}),
               std::runtime_error);
}

TEST(BatchInvariance, SeedAndSampleIdMatter) {
  DecodingOptions options = short_options("evotoken", 1.0);
  std::vector<GenerationRequest> requests = requests_of_different_lengths();
  const Outputs first = decode(requests, options, 1);
  options.seed = 43;
  EXPECT_NE(decode(requests, options, 1), first);
  options.seed = 42;
  requests[0].sample_id = "another";
  EXPECT_NE(decode(requests, options, 1).at("another"), first.at("sample/0"));
}

TEST(Generate, OneBadSampleIsRecordedAndTheOthersGoOn) {
  std::vector<GenerationRequest> requests = requests_of_different_lengths();
  requests[1].prompt.assign(2000, 1);  // longer than the model takes
  requests[2].prompt[0] = 99999;       // no such token
  requests[4].prompt[1] = 2044;        // the mask
  const auto results =
      generate(testing::golden_model("toy-mha"), short_options("evotoken", 0), requests);
  EXPECT_TRUE(results[0].output.size() == 16 && !results[0].failure);
  ASSERT_TRUE(results[1].failure);
  EXPECT_NE(results[1].failure->find("2000 tokens"), std::string::npos) << *results[1].failure;
  ASSERT_TRUE(results[2].failure);
  EXPECT_NE(results[2].failure->find("99999"), std::string::npos) << *results[2].failure;
  EXPECT_TRUE(results[3].output.size() == 16 && !results[3].failure);
  ASSERT_TRUE(results[4].failure);
  EXPECT_NE(results[4].failure->find("mask token at position 1"), std::string::npos);
}

}  // namespace
}  // namespace evotoken::decoding
