// The plain kernel against LibTorch's own operations, and the vector one against the plain one.
#include "engine/kernels/predict_rows.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"
#include "engine/kernels/uniforms.h"
#include "tests/engine/kernels/predict_rows_cases.h"

namespace evotoken::kernels {
namespace {

/// The same by tensor operations, as the published code writes it.
Result by_tensor_operations(const at::Tensor& logits, const PredictRowsInput& input) {
  at::Tensor wide = logits.to(at::kDouble);
  if (!input.mask_in_softmax()) {
    wide.select(1, input.mask_id).fill_(-std::numeric_limits<double>::infinity());
  }
  const at::Tensor p = at::softmax(wide, -1);
  at::Tensor y = wide.exp();
  if (input.temperature > 0) {
    for (std::int64_t r = 0; r < input.candidate_rows; ++r) {
      for (std::int64_t v = 0; v < logits.size(1); ++v) {
        const double u = uniform(input.random_key, input.step,
                                 input.first_position + static_cast<std::uint32_t>(r),
                                 static_cast<std::uint64_t>(v));
        y[r][v] = y[r][v].item<double>() / std::pow(-std::log(u), input.temperature);
      }
    }
  }
  if (input.ban_mask) y.select(1, input.mask_id).fill_(-1);
  const at::Tensor candidate = y.narrow(0, 0, input.candidate_rows).argmax(-1);
  const auto [top_p, top_ids] = p.topk(input.top_k, -1);
  return {candidate.to(at::kInt),
          p.narrow(0, 0, input.candidate_rows).gather(1, candidate.unsqueeze(1)).squeeze(1),
          top_ids.to(at::kInt), top_p / top_p.sum(-1, true)};
}

TEST(PredictRows, PlainKernelAgreesWithTensorOperations) {
  over_settings([](const at::Tensor& logits, const PredictRowsInput& input) {
    expect_same(run(logits, input), by_tensor_operations(logits, input));
  });
}

TEST(PredictRows, VectorKernelAgreesWithThePlainKernel) {
  over_settings([](const at::Tensor& logits, const PredictRowsInput& input) {
    for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
      expect_same(run(logits.to(type), input, predict_rows_cpu), run(logits.to(type), input));
    }
  });
}

TEST(PredictRows, VectorKernelAgreesOverManyTilesAndScales) {
  at::manual_seed(11);
  for (const std::int64_t vocab : {1023, 1024, 1025, 5001, 12345}) {
    for (const double scale : {0.01, 1.0, 20.0}) {  // flat to spiked: pruning none to most
      const at::Tensor logits = at::randn({6, vocab}) * scale;
      for (const std::int64_t mask : {std::int64_t{0}, vocab / 2, vocab / 2 + 1, vocab - 1}) {
        for (const double temperature : {0.0, 0.1, 0.5, 2.0}) {
          PredictRowsInput input = input_for({6, 4, vocab}, true, temperature);
          input.mask_id = mask;
          input.top_k = mask == 0 ? 0 : 5;
          SCOPED_TRACE(::testing::Message() << vocab << ", scale " << scale << ", mask " << mask
                                            << ", temperature " << temperature);
          expect_same(run(logits, input, predict_rows_cpu), run(logits, input));
        }
      }
    }
  }
}

TEST(PredictRows, NarrowTypesAreReadExactly) {
  at::manual_seed(8);
  for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
    // All values of a row differ, or top K would depend on the order among equals.
    const at::Tensor logits = at::stack({at::randperm(97), at::randperm(97)}).to(type);
    const PredictRowsInput input = input_for({2, 2, 97}, true, 0.5);
    expect_same(run(logits, input), run(logits.to(at::kFloat), input));
  }
}

TEST(PredictRows, TiesGoToTheLowestRow) {
  for (CpuKernel* const cpu : {&predict_rows_plain, &predict_rows_cpu}) {
    const Result result = run(at::zeros({1, 8}), input_for({1, 1, 8}, true, 0), *cpu);
    EXPECT_EQ(result.candidate[0].item<int>(), 0);
    EXPECT_TRUE(at::equal(result.top_ids[0], at::arange(3, at::kInt)));
    EXPECT_NEAR(result.confidence[0].item<double>(), 1.0 / 7, 1e-15)
        << "the mask row is not counted";
  }
}

TEST(PredictRows, InjectedUniformsAreUsed) {
  const at::Tensor logits = at::zeros({1, 4});
  at::Tensor uniforms = at::full({1, 4}, 0.1, at::kDouble);
  uniforms[0][3] = 0.999;
  PredictRowsInput input = input_for({1, 1, 4}, true, 1.0);
  input.uniforms = uniforms.const_data_ptr<double>();
  EXPECT_EQ(run(logits, input).candidate[0].item<int>(), 3);
  EXPECT_EQ(run(logits, input, predict_rows_cpu).candidate[0].item<int>(), 3);
}

TEST(PredictRows, LogitsThatAreNotNumbersAreReported) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (CpuKernel* const cpu : {&predict_rows_plain, &predict_rows_cpu}) {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), kInfinity}) {
      for (const std::int64_t place : {2, 40}) {
        at::Tensor logits = at::zeros({2, 50});
        logits[1][place] = bad;
        for (const double temperature : {0.0, 1.0}) {
          const Result result = run(logits, input_for({2, 2, 50}, true, temperature), *cpu);
          EXPECT_GE(result.candidate[0].item<int>(), 0);
          EXPECT_EQ(result.candidate[1].item<int>(), -1);
        }
      }
    }
    const Result none = run(at::full({1, 6}, -kInfinity), input_for({1, 1, 6}, true, 0), *cpu);
    EXPECT_EQ(none.candidate[0].item<int>(), -1);
  }
}

}  // namespace
}  // namespace evotoken::kernels
