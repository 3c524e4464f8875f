// The CUDA kernel against the plain one, on a GPU or played by the host (cuda_kernel_test.h).
#include <cstring>
#include <limits>

#include "tests/engine/kernels/cuda_kernel_test.h"
#include "tests/engine/kernels/predict_rows_cases.h"

namespace evotoken::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr at::ScalarType kTypes[] = {at::kFloat, at::kBFloat16, at::kHalf};

class PredictRowsCuda : public testing::CudaKernelTest {
 protected:
  /// By the CUDA kernel; logits and uniforms are on its device.
  static Result run_there(const at::Tensor& logits, const PredictRowsInput& input) {
    return run_with(
        logits, input, [&](const PredictRowsInput& whole, const PredictRowsOutput& output) {
          const at::Tensor workspace = at::empty({predict_rows_cuda_workspace_bytes(whole)},
                                                 logits.options().dtype(at::kByte));
          predict_rows_cuda(whole, output, workspace.mutable_data_ptr(), device.index(), nullptr);
        });
  }
  static void expect_plain(const at::Tensor& logits, const PredictRowsInput& input) {
    expect_same(run_there(logits.to(device), input), run(logits, input));
  }
};

TEST_F(PredictRowsCuda, AgreesWithThePlainKernel) {
  over_settings([&](const at::Tensor& logits, const PredictRowsInput& input) {
    // Narrow types tie often; both kernels must break ties alike.
    for (const at::ScalarType type : kTypes) {
      expect_plain(logits.to(type), input);
    }
  });
}

TEST_F(PredictRowsCuda, AgreesOverTilesAndLongLists) {
  at::manual_seed(21);
  std::int64_t turn = 0;  // varies what is not looped over
  for (const std::int64_t vocab : {11, 8191, 8192, 8193, 20001, 126464}) {
    if (testing::kEmulated && vocab > 10000) continue;  // takes the host a minute
    for (const double scale : {0.01, 3.0, 30.0}) {      // flat to spiked
      for (const double temperature : {0.0, 0.5, 1.0}) {
        for (std::int64_t top_k = 0; top_k <= 10; top_k += 2) {
          const at::ScalarType type = kTypes[++turn % 3];
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
  const std::int64_t rows = testing::kEmulated ? 12 : 300;
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    // An odd vocabulary: most rows begin between two 16-byte addresses.
    const at::Tensor logits = (at::randn({rows, 20001}) * 3).to(type);
    const PredictRowsInput input = input_for({rows, rows, 20001}, true, 0.5);
    const Result together = run_there(logits.to(device), input);
    expect_same(together, run(logits, input));
    for (const std::int64_t row : {std::int64_t{0}, std::int64_t{1}, rows / 2, rows - 1}) {
      PredictRowsInput alone = input_for({1, 1, 20001}, true, 0.5);
      alone.first_position += static_cast<std::uint32_t>(row);
      const Result single = run_there(logits.narrow(0, row, 1).contiguous().to(device), alone);
      EXPECT_TRUE(at::equal(single.candidate[0], together.candidate[row])) << row;
      EXPECT_TRUE(at::equal(single.confidence[0], together.confidence[row])) << row;
      EXPECT_TRUE(at::equal(single.top_ids[0], together.top_ids[row])) << row;
      EXPECT_TRUE(at::equal(single.top_shares[0], together.top_shares[row])) << row;
    }
  }
}

TEST_F(PredictRowsCuda, TiesGoToTheLowestRow) {
  at::manual_seed(23);
  for (const at::ScalarType type : kTypes) {
    for (const std::int64_t kinds : {1, 2, 5}) {  // different logits
      const at::Tensor logits = at::randint(kinds, {2, 17001}, at::kFloat).to(type);
      for (const std::int64_t top_k : {0, 1, 3, 8, 10}) {
        PredictRowsInput input = input_for({2, 2, 17001}, true, top_k % 2 == 0 ? 0.0 : 0.5);
        input.mask_id = top_k * 100;
        input.top_k = top_k;
        SCOPED_TRACE(::testing::Message() << type << ", " << kinds << " kinds, top " << top_k);
        expect_plain(logits, input);
      }
    }
  }
}

TEST_F(PredictRowsCuda, ReadsInjectedUniforms) {
  at::manual_seed(24);
  const at::Tensor logits = at::randn({2, 9001});
  at::Tensor uniforms = at::rand({2, 9001}, at::kDouble);
  uniforms[0][8999] = 1 - 0x1p-53;
  uniforms[1][3] = 1;  // infinite noise
  uniforms[1].narrow(0, 100, 50).fill_(0);
  PredictRowsInput input = input_for({2, 2, 9001}, true, 1);
  input.uniforms = uniforms.const_data_ptr<double>();
  const Result expected = run(logits, input);
  const at::Tensor there = uniforms.to(device);
  input.uniforms = there.const_data_ptr<double>();
  const Result result = run_there(logits.to(device), input);
  expect_same(result, expected);
  EXPECT_TRUE(at::equal(result.candidate, at::tensor({8999, 3}, at::kInt)));
}

TEST_F(PredictRowsCuda, ReadsKeyAndStepWhereTheSequenceHasThem) {
  at::manual_seed(25);
  const at::Tensor logits = at::randn({2, 9001});
  PredictRowsInput input = input_for({2, 2, 9001}, true, 1);
  const Result expected = run(logits, input);
  DenoisingProgress progress;
  progress.random_key = input.random_key;
  progress.nfe = input.step;
  at::Tensor bytes = at::empty({sizeof(progress)}, at::kByte);
  std::memcpy(bytes.mutable_data_ptr(), &progress, sizeof(progress));
  bytes = bytes.to(device);
  input.progress = static_cast<const DenoisingProgress*>(bytes.const_data_ptr());
  input.random_key = input.step = 0;
  expect_same(run_there(logits.to(device), input), expected);
}

TEST_F(PredictRowsCuda, MinusInfinityIsAsGoodAsAnyLogit) {
  at::manual_seed(26);
  for (const at::ScalarType type : kTypes) {
    // A row with a single finite logit, one with a tile of them, one with none.
    at::Tensor logits = at::full({3, 25000}, -kInfinity);
    logits[0][9000] = 2;
    logits[1].narrow(0, 8192, 8192).copy_(at::randn({8192}));
    logits = logits.to(type);
    for (const std::int64_t mask : {7, 9000}) {
      for (const double temperature : {0.0, 1.0}) {
        PredictRowsInput input = input_for({3, 3, 25000}, true, temperature);
        input.mask_id = mask;
        input.top_k = 5;
        SCOPED_TRACE(::testing::Message() << type << mask << ", temperature " << temperature);
        const Result result = run_there(logits.to(device), input);
        const Result expected = run(logits, input);
        EXPECT_TRUE(at::equal(result.candidate, expected.candidate));
        EXPECT_TRUE(at::allclose(result.confidence, expected.confidence, 1e-12, 1e-15));
        // Of a row of −∞ alone shares are no numbers.
        EXPECT_TRUE(at::equal(result.top_ids, expected.top_ids));
        EXPECT_TRUE(at::allclose(result.top_shares, expected.top_shares, 1e-12, 1e-15,
                                 /*equal_nan=*/true));
      }
    }
  }
}

TEST_F(PredictRowsCuda, ReportsLogitsThatAreNotNumbers) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), kInfinity}) {
    for (const std::int64_t top_k : {3, 10}) {
      at::Tensor logits = at::zeros({3, 20001});
      logits[1][9000] = bad;
      logits[2][9000] = bad;
      for (const double temperature : {0.0, 1.0}) {
        PredictRowsInput input = input_for({3, 2, 20001}, true, temperature);
        input.top_k = top_k;
        const Result result = run_there(logits.to(device), input);
        EXPECT_GE(result.candidate[0].item<int>(), 0);
        EXPECT_EQ(result.candidate[1].item<int>(), -1);
        EXPECT_TRUE(result.top_shares[0].isfinite().all().item<bool>());
        EXPECT_TRUE(result.top_shares.narrow(0, 1, 2).isnan().all().item<bool>());
        input.mask_id = 9000;  // without noise a banned row is not read at all
        if (temperature == 0) expect_plain(logits, input);
      }
    }
  }
  const at::Tensor none = at::full({1, 6}, -kInfinity).to(device);
  EXPECT_EQ(run_there(none, input_for({1, 1, 6}, true, 0)).candidate[0].item<int>(), -1);
}

}  // namespace
}  // namespace evotoken::kernels
