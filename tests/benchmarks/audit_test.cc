// The audit must find what it looks for.
#include "benchmarks/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evotoken::benchmarks {
namespace {

using Requests = std::span<const decoding::GenerationRequest>;

/// Four tokens of each prompt alone.
Outputs decode_by_itself(Requests requests, const decoding::BatchOptions& /*batch*/) {
  Outputs outputs;
  for (const auto& request : requests) {
    outputs[request.sample_id] = std::vector<TokenId>(4, request.prompt.front());
  }
  return outputs;
}

TEST(Audit, SamplesThatAreAloneDoNotDiffer) {
  const AuditResult result = audit_batches(decode_by_itself, 100, {.samples = 6, .rounds = 3});
  EXPECT_EQ(result.comparisons, 18);
  EXPECT_TRUE(result.differences.empty());
}

TEST(Audit, ATokenOfTheNeighbourIsFound) {
  const auto leaky = [](Requests requests, const decoding::BatchOptions& batch) {
    Outputs outputs = decode_by_itself(requests, batch);
    // The last token of every sample but the first is that of the one before.
    for (std::size_t i = 1; i < requests.size(); ++i) {
      outputs[requests[i].sample_id][3] = requests[i - 1].prompt.front();
    }
    return outputs;
  };
  const AuditResult result = audit_batches(leaky, 100, {.samples = 6, .rounds = 3});
  EXPECT_FALSE(result.differences.empty());
  EXPECT_THAT(result.differences[0], ::testing::HasSubstr("token 3 of 4 differs"));
}

TEST(Audit, WhatDependsOnTheSlotsIsFound) {
  const auto by_slots = [](Requests requests, const decoding::BatchOptions& batch) {
    Outputs outputs = decode_by_itself(requests, batch);
    if (batch.slots > 1) outputs[requests.back().sample_id][0] = 101;
    return outputs;
  };
  EXPECT_FALSE(audit_batches(by_slots, 100, {.samples = 6, .rounds = 3}).differences.empty());
}

}  // namespace
}  // namespace evotoken::benchmarks
