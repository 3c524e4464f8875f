// Logits, settings and results for the tests of predict_rows kernels.
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "engine/kernels/predict_rows.h"

namespace evotoken::kernels {

/// What a kernel wrote, on the host.
struct Result {
  at::Tensor candidate;
  at::Tensor confidence;
  at::Tensor top_ids;
  at::Tensor top_shares;
};

struct Shape {
  std::int64_t rows;
  std::int64_t candidate_rows;
  std::int64_t vocab;
};

inline LogitType type_of(const at::Tensor& logits) {
  return logits.scalar_type() == at::kFloat      ? LogitType::kFloat32
         : logits.scalar_type() == at::kBFloat16 ? LogitType::kBFloat16
                                                 : LogitType::kFloat16;
}

/// What `kernel(input, output)` writes for `logits`, on whose device it runs.
template <typename Kernel>
Result run_with(const at::Tensor& logits, PredictRowsInput input, Kernel kernel) {
  const auto ids = logits.options().dtype(at::kInt);
  const auto reals = logits.options().dtype(at::kDouble);
  // Poisoned, so that a place that is not written shows.
  const Result result{at::full({input.candidate_rows}, -7, ids),
                      at::full({input.candidate_rows}, -7, reals),
                      at::full({logits.size(0), input.top_k}, -7, ids),
                      at::full({logits.size(0), input.top_k}, -7, reals)};
  input.logits = logits.const_data_ptr();
  input.type = type_of(logits);
  input.rows = logits.size(0);
  input.vocab = logits.size(1);
  kernel(input, PredictRowsOutput{result.candidate.mutable_data_ptr<std::int32_t>(),
                                  result.confidence.mutable_data_ptr<double>(),
                                  result.top_ids.mutable_data_ptr<std::int32_t>(),
                                  result.top_shares.mutable_data_ptr<double>()});
  return {result.candidate.cpu(), result.confidence.cpu(), result.top_ids.cpu(),
          result.top_shares.cpu()};
}

using CpuKernel = decltype(predict_rows_plain);

inline Result run(const at::Tensor& logits, const PredictRowsInput& input,
                  CpuKernel& cpu = predict_rows_plain) {
  return run_with(logits, input,
                  [&](const PredictRowsInput& whole, const PredictRowsOutput& output) {
                    cpu(whole, output, 0, whole.rows);
                  });
}

inline PredictRowsInput input_for(const Shape& shape, bool ban_mask, double temperature) {
  PredictRowsInput input;
  input.candidate_rows = shape.candidate_rows;
  input.mask_id = shape.vocab / 2;
  input.ban_mask = ban_mask;
  input.temperature = temperature;
  input.top_k = 3;
  input.random_key = 1234;
  input.step = 5;
  input.first_position = 100;
  return input;
}

inline void expect_same(const Result& actual, const Result& expected) {
  EXPECT_TRUE(at::equal(actual.candidate, expected.candidate));
  EXPECT_TRUE(at::allclose(actual.confidence, expected.confidence, 1e-12, 1e-15));
  EXPECT_TRUE(at::equal(actual.top_ids, expected.top_ids));
  EXPECT_TRUE(at::allclose(actual.top_shares, expected.top_shares, 1e-12, 1e-15));
}

/// Calls `check(logits, input)` over shapes, banned mask or not, temperatures. Random float32
/// logits hardly ever tie, so the order among equals is left to the test of ties.
template <typename Check>
void over_settings(Check check) {
  at::manual_seed(7);
  for (const Shape& shape :
       {Shape{1, 1, 5}, Shape{7, 3, 101}, Shape{20, 20, 640}, Shape{4, 0, 33}}) {
    const at::Tensor logits = at::randn({shape.rows, shape.vocab}) * 4;
    // A mask row that wins wherever it may.
    logits.select(1, shape.vocab / 2).fill_(15);
    for (const bool ban_mask : {true, false}) {
      for (const double temperature : {0.0, 0.5, 1.0}) {
        SCOPED_TRACE(::testing::Message() << shape.vocab << " rows of vocabulary, ban " << ban_mask
                                          << ", temperature " << temperature);
        check(logits, input_for(shape, ban_mask, temperature));
      }
    }
  }
}

}  // namespace evotoken::kernels
