// The head by tiles against the head as a whole.
#include "engine/decoding/head_scan.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "engine/decoding/predictor.h"

namespace evotoken::decoding {
namespace {

PredictionRequest request_for(std::int64_t rows, double temperature) {
  PredictionRequest request;
  request.first_position = 12;
  request.candidate_rows = rows - 2;
  request.step = 3;
  request.mask_id = 1500;
  request.temperature = temperature;
  request.top_k = 3;
  return request;
}

TEST(HeadScan, GivesWhatStoredLogitsGive) {
  at::manual_seed(5);
  // More than one tile, the last one short.
  const model::Linear head{at::randn({2500, 48}), std::nullopt};
  const at::Tensor hidden = at::randn({7, 48});
  const Randomness randomness = Randomness::keyed(42, "sample");
  for (const double temperature : {0.0, 0.5}) {
    const PredictionRequest request = request_for(7, temperature);
    const Predictions whole = predict(head(hidden), request, randomness);
    const Predictions tiled = predict_with_head(hidden, head, request, randomness);
    EXPECT_EQ(tiled.candidate, whole.candidate);
    EXPECT_EQ(tiled.top_ids, whole.top_ids);
    ASSERT_EQ(tiled.confidence.size(), 5U);
    for (std::size_t r = 0; r < 5; ++r) {
      EXPECT_NEAR(tiled.confidence[r], whole.confidence[r], 1e-5 * whole.confidence[r]);
    }
    for (std::size_t i = 0; i < whole.top_shares.size(); ++i) {
      EXPECT_NEAR(tiled.top_shares[i], whole.top_shares[i], 1e-5);
    }
  }
}

TEST(HeadScan, DoesNotDependOnTheNumberOfThreads) {
  at::manual_seed(6);
  const model::Linear head{at::randn({5000, 32}), std::nullopt};
  const at::Tensor hidden = at::randn({9, 32});
  const PredictionRequest request = request_for(9, 0.7);
  const Randomness randomness = Randomness::keyed(1, "sample");
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const Predictions alone = predict_with_head(hidden, head, request, randomness);
  for (const int many : {2, 3}) {
    at::set_num_threads(many);
    const Predictions shared = predict_with_head(hidden, head, request, randomness);
    EXPECT_EQ(shared.candidate, alone.candidate);
    EXPECT_EQ(shared.confidence, alone.confidence) << "to the last bit";
    EXPECT_EQ(shared.top_shares, alone.top_shares);
  }
  at::set_num_threads(threads);
}

}  // namespace
}  // namespace evotoken::decoding
