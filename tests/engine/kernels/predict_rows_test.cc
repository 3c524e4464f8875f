// The plain kernel against LibTorch's own operations, and the fast ones against the plain one.
#include "engine/kernels/predict_rows.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "base/error.h"
#include "engine/kernels/uniforms.h"
#include "engine/model/device.h"

namespace evotoken::kernels {
namespace {

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

LogitType type_of(const at::Tensor& logits) {
  return logits.scalar_type() == at::kFloat      ? LogitType::kFloat32
         : logits.scalar_type() == at::kBFloat16 ? LogitType::kBFloat16
                                                 : LogitType::kFloat16;
}

using CpuKernel = decltype(predict_rows_plain);

/// On a GPU, where the logits are there, else by `cpu`.
Result run(const at::Tensor& logits, PredictRowsInput input, CpuKernel& cpu = predict_rows_plain) {
  const auto ids = logits.options().dtype(at::kInt);
  const auto reals = logits.options().dtype(at::kDouble);
  // Poisoned, so that a place that is not written shows.
  Result result{at::full({input.candidate_rows}, -7, ids),
                at::full({input.candidate_rows}, -7, reals),
                at::full({logits.size(0), input.top_k}, -7, ids),
                at::full({logits.size(0), input.top_k}, -7, reals)};
  input.logits = logits.const_data_ptr();
  input.type = type_of(logits);
  input.rows = logits.size(0);
  input.vocab = logits.size(1);
  const PredictRowsOutput output{result.candidate.mutable_data_ptr<std::int32_t>(),
                                 result.confidence.mutable_data_ptr<double>(),
                                 result.top_ids.mutable_data_ptr<std::int32_t>(),
                                 result.top_shares.mutable_data_ptr<double>()};
  if (logits.is_cuda()) {
    const at::Tensor workspace =
        at::empty({predict_rows_cuda_workspace_bytes(input)}, logits.options().dtype(at::kByte));
    predict_rows_cuda(input, output, workspace.mutable_data_ptr(), logits.device().index(),
                      nullptr);
  } else {
    cpu(input, output, 0, input.rows);
  }
  return {result.candidate.cpu(), result.confidence.cpu(), result.top_ids.cpu(),
          result.top_shares.cpu()};
}

PredictRowsInput input_for(const Shape& shape, bool ban_mask, double temperature) {
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

void expect_same(const Result& actual, const Result& expected) {
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

/// The CUDA kernel, on a GPU. tile_scan_test.cc plays its threads where there is none.
class PredictRowsCuda : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!built_with_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: built without nvcc";
    device_ = model::open_device("auto");
    if (!device_.is_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: no usable one on this machine";
  }

  void expect_plain(const at::Tensor& logits, const PredictRowsInput& input) const {
    expect_same(run(logits.to(device_), input), run(logits, input));
  }

  at::Device device_ = at::kCPU;
};

TEST_F(PredictRowsCuda, AgreesWithThePlainKernel) {
  over_settings([&](const at::Tensor& logits, const PredictRowsInput& input) {
    // Narrow types tie often; both kernels must break ties alike.
    for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
      expect_plain(logits.to(type), input);
    }
  });
}

TEST_F(PredictRowsCuda, AgreesOverTilesAndLongLists) {
  at::manual_seed(21);
  std::int64_t turn = 0;  // varies what is not looped over
  for (const std::int64_t vocab : {11, 8191, 8192, 8193, 20001, 126464}) {
    for (const double scale : {0.01, 3.0, 30.0}) {  // flat to spiked
      for (const double temperature : {0.0, 0.5, 1.0}) {
        for (std::int64_t top_k = 0; top_k <= 10; top_k += 2) {
          const at::ScalarType type = std::array{at::kFloat, at::kBFloat16, at::kHalf}[++turn % 3];
          const at::Tensor logits = (at::randn({3, vocab}) * scale).to(type);
          PredictRowsInput input = input_for({3, turn % 4, vocab}, turn % 5 != 0, temperature);
          input.top_k = top_k;
          input.mask_id = turn * 7919 % vocab;
          SCOPED_TRACE(::testing::Message()
                       << type << " vocabulary " << vocab << ", scale " << scale << ", temperature "
                       << temperature << ", top " << top_k << ", mask " << input.mask_id);
          expect_plain(logits, input);
        }
      }
    }
  }
}

TEST_F(PredictRowsCuda, ManyRowsGiveToTheLastBitWhatOneRowGives) {
  at::manual_seed(22);
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    // An odd vocabulary: most rows begin between two 16-byte addresses.
    const at::Tensor logits = (at::randn({300, 20001}) * 3).to(type);
    const PredictRowsInput input = input_for({300, 300, 20001}, true, 0.5);
    const Result together = run(logits.to(device_), input);
    expect_same(together, run(logits, input));
    for (const std::int64_t row : {0, 1, 2, 150, 299}) {
      PredictRowsInput alone = input_for({1, 1, 20001}, true, 0.5);
      alone.first_position += static_cast<std::uint32_t>(row);
      const Result single = run(logits.narrow(0, row, 1).contiguous().to(device_), alone);
      EXPECT_TRUE(at::equal(single.candidate[0], together.candidate[row])) << row;
      EXPECT_TRUE(at::equal(single.confidence[0], together.confidence[row])) << row;
      EXPECT_TRUE(at::equal(single.top_ids[0], together.top_ids[row])) << row;
      EXPECT_TRUE(at::equal(single.top_shares[0], together.top_shares[row])) << row;
    }
  }
}

TEST_F(PredictRowsCuda, BreaksTiesAndReadsInjectedUniformsAlike) {
  at::manual_seed(23);
  const at::Tensor logits = at::randint(3, {4, 17001}, at::kFloat).to(at::kBFloat16);
  for (const std::int64_t top_k : {0, 3, 8, 10}) {
    PredictRowsInput input = input_for({4, 4, 17001}, true, 0);
    input.top_k = top_k;
    expect_plain(logits, input);
  }
  const at::Tensor uniforms = at::rand({4, 17001}, at::kDouble);
  PredictRowsInput input = input_for({4, 4, 17001}, true, 0.5);
  input.uniforms = uniforms.const_data_ptr<double>();
  const Result expected = run(logits, input);
  const at::Tensor on_device = uniforms.to(device_);
  input.uniforms = on_device.const_data_ptr<double>();
  expect_same(run(logits.to(device_), input), expected);
}

TEST_F(PredictRowsCuda, ReportsLogitsThatAreNotNumbers) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), kInfinity}) {
    for (const std::int64_t top_k : {3, 10}) {
      at::Tensor logits = at::zeros({3, 20001});
      logits[1][9000] = bad;
      logits[2][9000] = bad;
      for (const double temperature : {0.0, 1.0}) {
        PredictRowsInput input = input_for({3, 2, 20001}, true, temperature);
        input.top_k = top_k;
        const Result result = run(logits.to(device_), input);
        EXPECT_GE(result.candidate[0].item<int>(), 0);
        EXPECT_EQ(result.candidate[1].item<int>(), -1);
        EXPECT_TRUE(result.top_shares[0].isfinite().all().item<bool>());
        EXPECT_TRUE(result.top_shares.narrow(0, 1, 2).isnan().all().item<bool>());
      }
    }
  }
  const at::Tensor none = at::full({1, 6}, -kInfinity).to(device_);
  EXPECT_EQ(run(none, input_for({1, 1, 6}, true, 0)).candidate[0].item<int>(), -1);
}

}  // namespace
}  // namespace evotoken::kernels
