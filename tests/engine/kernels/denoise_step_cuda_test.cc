// The CUDA kernel against the plain step on random sequences, on a GPU or played by the host
// (cuda_kernel_test.h).
#include <limits>

#include "tests/engine/kernels/cuda_kernel_test.h"
#include "tests/engine/kernels/denoise_step_cases.h"

namespace evotoken::kernels {
namespace {

class DenoiseStepCuda : public testing::CudaKernelTest {
 protected:
  /// Steps until nothing changes any more, predictions new each time.
  static void expect_plain(const DenoiseCase& start, int steps) {
    DenoiseCase plain = start.on(at::kCPU);
    DenoiseCase there = start.on(device);
    for (int step = 0; step < steps; ++step) {
      plain.candidate.copy_(at::randint(0, 9, plain.candidate.sizes()));
      plain.scores.copy_(at::rand(plain.scores.sizes()));
      if (step % 2 == 0) plain.scores.mul_(4).floor_().div_(4);  // ties
      plain.top_ids.copy_(at::randint(0, 1000, plain.top_ids.sizes()));
      there.candidate.copy_(plain.candidate);
      there.scores.copy_(plain.scores);
      there.top_ids.copy_(plain.top_ids);
      denoise_step_plain(plain.work());
      denoise_step_cuda(there.work(), device.index(), nullptr);
      for (std::size_t i = 0; i < plain.tensors().size(); ++i) {
        ASSERT_TRUE(at::equal(there.tensors()[i]->cpu(), *plain.tensors()[i]))
            << "tensor " << i << " after step " << step;
      }
    }
  }
};

TEST_F(DenoiseStepCuda, ComputesWhatThePlainStepComputes) {
  at::manual_seed(31);
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kHalf}) {
    for (const std::int64_t block : {1, 8, 32, 300}) {  // more positions than threads too
      for (const bool soft : {false, true}) {
        for (int rule = 0; rule < 5; ++rule) {
          SCOPED_TRACE(
              fmt::format("{}, block {}, soft {}, rule {}", toString(dtype), block, soft, rule));
          DenoiseCase start = masked_case(20 + block + 40, 20, block, 3, dtype);
          start.rule.soft = soft;
          start.rule.alpha = .7;
          start.rule.fixed_per_step = static_cast<std::int32_t>(block / 4);
          start.rule.steps_with_one_more = 2;
          if (rule == 1) start.rule.threshold = .8;
          if (rule == 2) start.rule.factor = 2;
          start.rule.random_scores = rule == 3;
          start.rule.rounds_scores = rule == 4;
          if (block > 8) start.block_begin += 5;  // masks left in an earlier block
          expect_plain(start, 6);
        }
      }
    }
  }
}

TEST_F(DenoiseStepCuda, NamesTheFirstPositionWhoseLogitsAreNotNumbers) {
  for (const std::int64_t bad : {0, 40, 299}) {
    DenoiseCase start = masked_case(320, 20, 300, 2);
    start.top_shares.slice(0, bad).fill_(std::numeric_limits<double>::quiet_NaN());
    const DenoiseCase there = start.on(device);
    denoise_step_cuda(there.work(), device.index(), nullptr);
    const DenoiseCase after = there.on(at::kCPU);
    EXPECT_EQ(after.progressed().unusable_position, 20 + bad);
    EXPECT_TRUE(at::equal(after.tokens, start.tokens));
  }
}

}  // namespace
}  // namespace evotoken::kernels
