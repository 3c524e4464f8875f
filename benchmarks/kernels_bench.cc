// The kernels beside what the memory and the arithmetic units can do, in one run: copy/256MB is the
// bandwidth of the CPU, gemm/2048 its rate. Where a GPU can be used, its kernel follows, beside a
// copy in its memory (names that begin with cuda). Median and spread: --benchmark_repetitions=9.
#include <ATen/ATen.h>
#include <benchmark/benchmark.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "benchmarks/gpu_kernels.h"
#include "engine/kernels/layer_loops.h"
#include "engine/kernels/predict_rows.h"
#include "engine/model/logit_screen.h"
#include "engine/model/packed_weight.h"

namespace {

using namespace evotoken::kernels;

constexpr std::int64_t kRows = 32;
constexpr std::int64_t kVocab = 126464;

/// What a kernel wrote.
struct Output {
  std::vector<std::int32_t> candidate = std::vector<std::int32_t>(kRows);
  std::vector<double> confidence = std::vector<double>(kRows);
  std::vector<std::int32_t> top_ids = std::vector<std::int32_t>(kRows * 3);
  std::vector<double> top_shares = std::vector<double>(kRows * 3);

  PredictRowsOutput pointers() {
    return {candidate.data(), confidence.data(), top_ids.data(), top_shares.data()};
  }
};

/// Random logits of one block of LLaDA's vocabulary.
struct Block {
  at::Tensor logits;
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
};

using Kernel = decltype(predict_rows_plain);

/// Right before fast: the plain kernel's tokens.
bool is_right(const Block& block, Kernel& kernel) {
  Output plain;
  Output fast;
  predict_rows_plain(block.input, plain.pointers(), 0, kRows);
  kernel(block.input, fast.pointers(), 0, kRows);
  return plain.candidate == fast.candidate && plain.top_ids == fast.top_ids;
}

void predict_rows(benchmark::State& state, Kernel& kernel, at::ScalarType dtype,
                  double temperature) {
  const Block block(dtype, temperature);
  if (!is_right(block, kernel)) {
    state.SkipWithError("the kernel's tokens are not those of the plain kernel");
    return;
  }
  Output output;
  for (auto _ : state) kernel(block.input, output.pointers(), 0, kRows);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(block.logits.nbytes()));
}

#define EVOTOKEN_PREDICT(kernel, dtype, temperature, name) \
  BENCHMARK_CAPTURE(predict_rows, name, kernel, dtype, temperature)->Unit(benchmark::kMillisecond)

EVOTOKEN_PREDICT(predict_rows_plain, at::kFloat, 0.0, plain_float32_greedy_32x126464);
EVOTOKEN_PREDICT(predict_rows_cpu, at::kFloat, 0.0, vector_float32_greedy_32x126464);
EVOTOKEN_PREDICT(predict_rows_plain, at::kFloat, 0.5, plain_float32_temperature_32x126464);
EVOTOKEN_PREDICT(predict_rows_cpu, at::kFloat, 0.5, vector_float32_temperature_32x126464);
EVOTOKEN_PREDICT(predict_rows_cpu, at::kBFloat16, 0.0, vector_bfloat16_greedy_32x126464);
EVOTOKEN_PREDICT(predict_rows_cpu, at::kBFloat16, 0.5, vector_bfloat16_temperature_32x126464);

// What stands between GEMMs, for 456 rows of LLaDA-8B: bytes are those read once and written once.

void rms_norm(benchmark::State& state) {
  const at::Tensor x = at::randn({456, 4096});
  const at::Tensor weight = at::randn({4096});
  at::Tensor y = at::empty_like(x);
  const at::Tensor expected = x * at::rsqrt(x.square().mean(-1, true) + 1e-5) * weight;
  const RmsNormRows<float> work = {
      x.const_data_ptr<float>(),  weight.const_data_ptr<float>(), 1e-5F, 456, 4096,
      y.mutable_data_ptr<float>()};
  rms_norm_rows(work);
  if (!at::allclose(y, expected, 1e-5, 1e-6)) return state.SkipWithError("not RMSNorm");
  for (auto _ : state) rms_norm_rows(work);
  state.SetBytesProcessed(state.iterations() * 2 * static_cast<std::int64_t>(x.nbytes()));
}
BENCHMARK(rms_norm)->Name("rms_norm/456x4096")->Unit(benchmark::kMicrosecond);

void silu(benchmark::State& state) {
  const at::Tensor gate = at::randn({456, 12288});
  const at::Tensor up = at::randn({456, 12288});
  at::Tensor y = at::empty_like(gate);
  const GatedSilu<float> work = {gate.const_data_ptr<float>(), up.const_data_ptr<float>(),
                                 gate.numel(), y.mutable_data_ptr<float>()};
  gated_silu(work);
  if (!at::allclose(y, at::silu(gate) * up, 1e-5, 1e-6)) return state.SkipWithError("not SwiGLU");
  for (auto _ : state) gated_silu(work);
  state.SetBytesProcessed(state.iterations() * 3 * static_cast<std::int64_t>(gate.nbytes()));
}
BENCHMARK(silu)->Name("gated_silu/456x12288")->Unit(benchmark::kMicrosecond);

void copy(benchmark::State& state) {
  const at::Tensor from = at::ones({64 << 20});
  at::Tensor to = at::empty_like(from);
  for (auto _ : state) to.copy_(from);
  state.SetBytesProcessed(state.iterations() * 2 * static_cast<std::int64_t>(from.nbytes()));
}
BENCHMARK(copy)->Name("copy/256MB")->Unit(benchmark::kMillisecond);

void gemm(benchmark::State& state) {
  const at::Tensor a = at::randn({2048, 2048});
  at::Tensor c = at::empty_like(a);
  for (auto _ : state) at::mm_out(c, a, a.t());
  state.counters["FLOP/s"] =
      benchmark::Counter(2.0 * 2048 * 2048 * 2048, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(gemm)->Name("gemm/2048")->Unit(benchmark::kMillisecond);

/// x [rows, in] · wᵀ [in, out]: as the weight lies in memory, and packed
/// (engine/model/packed_weight.h).
void product(benchmark::State& state, bool packed) {
  const c10::InferenceMode inference;
  const std::int64_t rows = state.range(0);
  const std::int64_t in = state.range(1);
  const std::int64_t out = state.range(2);
  const at::Tensor x = at::randn({rows, in});
  const at::Tensor weight = at::randn({out, in});
  const evotoken::model::PackedWeight panels(weight);
  const auto multiply = [&] { return packed ? panels.multiply(x) : at::mm(x, weight.t()); };
  if (!at::allclose(multiply(), at::mm(x, weight.t()), 1e-4, 1e-3)) {
    return state.SkipWithError("not x · wᵀ");
  }
  for (auto _ : state) benchmark::DoNotOptimize(multiply().const_data_ptr());
  const double flops = 2 * static_cast<double>(rows * in * out);
  state.counters["FLOP/s"] =
      benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
}
/// A tile of the head for one block of positions; a layer's products for 256 positions.
void product_shapes(benchmark::internal::Benchmark* product) {
  for (const auto& shape :
       {std::array{32, 512, 1024}, {256, 512, 512}, {256, 512, 1536}, {256, 1536, 512}}) {
    product->Args({shape[0], shape[1], shape[2]});
  }
  product->Unit(benchmark::kMicrosecond);
}
BENCHMARK_CAPTURE(product, plain, false)->Apply(product_shapes);
BENCHMARK_CAPTURE(product, packed, true)->Apply(product_shapes);

/// The top 3 of 48 rows of a head of LLaDA's vocabulary: all logits, or which panels of them may
/// matter (engine/model/logit_screen.h).
void head_top(benchmark::State& state, bool screened) {
  const c10::InferenceMode inference;
  const at::Tensor x = at::randn({48, 512});
  const at::Tensor weight = at::randn({kVocab, 512});
  const evotoken::model::PackedWeight head(weight);
  const evotoken::model::LogitScreen screen(weight);
  const auto promising = screen.promising_panels(x, 3, -1);
  const at::Tensor best = head.multiply(x).argmax(-1);
  std::size_t panels = 0;
  for (std::size_t r = 0; r < promising.size(); ++r) {
    const auto panel = best[static_cast<std::int64_t>(r)].item<std::int64_t>() / kPanelRows;
    if (!std::ranges::binary_search(promising[r], static_cast<std::int32_t>(panel))) {
      return state.SkipWithError("the largest logit was left out");
    }
    panels += promising[r].size();
  }
  for (auto _ : state) {
    if (screened) {
      benchmark::DoNotOptimize(screen.promising_panels(x, 3, -1).data());
    } else {
      benchmark::DoNotOptimize(head.multiply(x).const_data_ptr());
    }
  }
  if (screened) state.counters["panels a row"] = static_cast<double>(panels) / 48;
}
BENCHMARK_CAPTURE(head_top, whole_48x512x126464, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(head_top, screened_48x512x126464, true)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  evotoken::benchmarks::register_gpu_kernels();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
