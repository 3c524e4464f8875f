// How fast logits become predictions on the CPU: the plain kernel, on the rows of one block with
// LLaDA's vocabulary. Median and spread: --benchmark_repetitions=9.
#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "engine/kernels/predict_rows.h"

namespace {

using namespace evotoken::kernels;

constexpr std::int64_t kRows = 32;
constexpr std::int64_t kVocab = 126464;

/// Random logits of one block, and a place for what the kernel makes of them.
struct Block {
  at::Tensor logits;
  std::vector<std::int32_t> candidate = std::vector<std::int32_t>(kRows);
  std::vector<double> confidence = std::vector<double>(kRows);
  std::vector<std::int32_t> top_ids = std::vector<std::int32_t>(kRows * 3);
  std::vector<double> top_shares = std::vector<double>(kRows * 3);
  PredictRowsInput input;

  Block(at::ScalarType dtype, double temperature)
      : logits((at::randn({kRows, kVocab}) * 4).to(dtype)) {
    input.logits = logits.const_data_ptr();
    input.type = dtype == at::kFloat ? LogitType::kFloat32 : LogitType::kBFloat16;
    input.rows = kRows;
    input.candidate_rows = kRows;
    input.vocab = kVocab;
    input.mask_id = 126336;
    input.temperature = temperature;
    input.top_k = 3;
  }

  void run() {
    predict_rows_cpu(
        input, {candidate.data(), confidence.data(), top_ids.data(), top_shares.data()}, 0, kRows);
  }
};

/// Right before fast: greedily, the first of the top K has the row's largest logit.
bool is_right(Block& block) {
  PredictRowsInput noisy = block.input;
  block.input.temperature = 0;
  block.run();
  block.input = noisy;
  at::Tensor without_mask = block.logits.to(at::kFloat);
  without_mask.select(1, block.input.mask_id).fill_(-1e30);
  const at::Tensor largest = std::get<0>(without_mask.max(-1));
  for (std::int64_t r = 0; r < kRows; ++r) {
    const auto chosen = block.candidate[static_cast<std::size_t>(r)];
    if (without_mask[r][chosen].item<float>() != largest[r].item<float>()) return false;
  }
  return true;
}

void predict_rows(benchmark::State& state, at::ScalarType dtype, double temperature) {
  Block block(dtype, temperature);
  if (!is_right(block)) {
    state.SkipWithError("the kernel's candidates are not the largest logits");
    return;
  }
  for (auto _ : state) block.run();
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(block.logits.nbytes()));
}

BENCHMARK_CAPTURE(predict_rows, float32_greedy_32x126464, at::kFloat, 0.0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(predict_rows, float32_temperature_32x126464, at::kFloat, 0.5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(predict_rows, bfloat16_greedy_32x126464, at::kBFloat16, 0.0)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(predict_rows, bfloat16_temperature_32x126464, at::kBFloat16, 0.5)
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
