// The head by tiles against the head as a whole.
#include "engine/decoding/head_scan.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/decoding/needed_logits.h"
#include "engine/decoding/predictor.h"

namespace evotoken::decoding {
namespace {

PredictionRequest request_for(std::int64_t rows, double temperature) {
  PredictionRequest request = PredictionRequest::of(12, 12 + rows);
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

void expect_same(const Predictions& found, const Predictions& expected) {
  EXPECT_EQ(found.candidate, expected.candidate);
  EXPECT_EQ(found.confidence, expected.confidence) << "to the last bit";
  EXPECT_EQ(found.top_ids, expected.top_ids);
  EXPECT_EQ(found.top_shares, expected.top_shares) << "to the last bit";
}

TEST(HeadScan, AScreenChangesNothing) {
  at::manual_seed(7);
  const Randomness randomness = Randomness::keyed(42, "sample");
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    const at::Tensor weight = at::randn({6400, 96}).to(type);
    // Behind the candidates each row has a few favourites.
    at::Tensor hidden = at::randn({40, 96});
    for (const std::int64_t other : {0, 700, 4100}) {
      hidden += weight.narrow(0, other, 40).to(at::kFloat) * 0.5;
    }
    hidden = hidden.to(type);
    hidden[37].mul_(
        at::randn({96}).exp().square().to(type));  // outliers: few panels can be left out
    hidden[38].zero_();                            // all logits are equal
    model::Linear plain{weight};
    plain.packed = std::make_shared<const model::PackedWeight>(weight);
    model::Linear screened = plain;
    screened.screen = std::make_shared<const model::LogitScreen>(weight);
    kernels::PredictRowsInput input;
    input.rows = 40;
    input.candidate_rows = 8;
    input.vocab = 6400;
    input.top_k = 3;
    EXPECT_LT(NeededLogits(hidden, screened, input).whole_rows.size(), 25U) << "most are screened";
    for (const double temperature : {0.0, 0.5}) {
      PredictionRequest request = request_for(40, temperature);
      request.candidate_rows = 8;
      expect_same(predict_with_head(hidden, screened, request, randomness),
                  predict_with_head(hidden, plain, request, randomness));
    }
  }
}

TEST(Predict, LeavingRowsOutChangesNothingOfTheOthers) {
  at::manual_seed(9);
  const at::Tensor weight = at::randn({2500, 48});
  model::Linear head{weight};
  head.packed = std::make_shared<const model::PackedWeight>(weight);
  const at::Tensor hidden = at::randn({7, 48});
  const Randomness keyed = Randomness::keyed(42, "sample");
  Randomness injected;
  injected.injected = [&](std::int64_t step, std::int64_t position, std::int64_t row) {
    return keyed.uniform(step, position, row);
  };
  const std::vector<std::int64_t> kept = {0, 2, 5};
  const at::Tensor kept_hidden = hidden.index_select(0, at::tensor(kept));
  for (const double temperature : {0.0, 0.5}) {
    PredictionRequest all = request_for(7, temperature);
    all.candidate_rows = 7;
    const Predictions whole = predict_with_head(hidden, head, all, keyed);
    PredictionRequest some = all;
    some.positions = {12, 14, 17};
    some.candidate_rows = 3;
    for (const Randomness& randomness : {keyed, injected}) {
      const Predictions part = predict_with_head(kept_hidden, head, some, randomness);
      const Predictions stored = predict(head(kept_hidden), some, randomness);
      for (const std::int64_t position : some.positions) {
        const std::size_t there = whole.row(position);
        const std::size_t here = part.row(position);
        EXPECT_EQ(part.candidate[here], whole.candidate[there]);
        EXPECT_EQ(part.confidence[here], whole.confidence[there]);
        EXPECT_EQ(part.top_ids[3 * here], whole.top_ids[3 * there]);
        EXPECT_EQ(stored.candidate[here], whole.candidate[there]);
      }
    }
  }
}

TEST(NeededLogits, AreFewBehindTheBlock) {
  at::manual_seed(8);
  const at::Tensor weight = at::randn({6400, 96});
  model::Linear head{weight};
  head.screen = std::make_shared<const model::LogitScreen>(weight);
  at::Tensor hidden = at::randn({40, 96}) * 0.1 + weight.narrow(0, 0, 40);  // each has a favourite
  hidden[30].zero_();
  kernels::PredictRowsInput input;
  input.rows = 40;
  input.candidate_rows = 8;
  input.vocab = 6400;
  input.top_k = 1;
  const NeededLogits needed(hidden, head, input);
  EXPECT_EQ(needed.whole_rows, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 30}));
  ASSERT_EQ(needed.rows_of_panel.size(), 200U);
  for (std::int64_t row = 8; row < 32; ++row) {
    EXPECT_EQ(std::ranges::count(needed.rows_of_panel[0], row), row == 30 ? 0 : 1) << row;
  }
  std::size_t pairs = 0;
  for (const auto& rows : needed.rows_of_panel) pairs += rows.size();
  EXPECT_LT(pairs, 31U * 200U / 10U);

  input.candidate_rows = 30;  // ten others are too few
  EXPECT_EQ(NeededLogits(hidden, head, input).whole_rows.size(), 40U);
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
