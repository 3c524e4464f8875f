// Times are those of the GPU's own events, and the second-level cache is overwritten before each
// measurement, or a block of logits would still lie in it.
#include "benchmarks/gpu_kernels.h"

#include <ATen/ATen.h>
#include <benchmark/benchmark.h>
#include <c10/core/Event.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "engine/kernels/predict_rows.h"
#include "engine/model/device.h"
#include "engine/model/layer_ops.h"
#include "engine/model/rotary.h"

namespace evotoken::benchmarks {
namespace {

using namespace evotoken::kernels;

constexpr std::int64_t kVocab = 126464;

class GpuTimer {
 public:
  explicit GpuTimer(c10::Device device)
      : guard_(c10::DeviceType::CUDA),
        stream_(guard_.getStream(device)),
        start_(c10::DeviceType::CUDA, c10::EventFlag::BACKEND_DEFAULT),
        stop_(c10::DeviceType::CUDA, c10::EventFlag::BACKEND_DEFAULT),
        beyond_cache_(at::empty({128 << 20}, at::TensorOptions().dtype(at::kByte).device(device))) {
  }

  double seconds(const std::function<void(void*)>& enqueue) {
    beyond_cache_.zero_();
    start_.record(stream_);
    enqueue(stream_.native_handle());
    stop_.record(stream_);
    stop_.synchronize();
    return 1e-3 * start_.elapsedTime(stop_);
  }

 private:
  c10::impl::VirtualGuardImpl guard_;
  c10::Stream stream_;
  c10::Event start_;
  c10::Event stop_;
  at::Tensor beyond_cache_;
};

/// Read and written, of a copy of 1 GiB: the median of nine, after one that does not count.
double gpu_copy_bytes_per_s(c10::Device device) {
  const at::Tensor from = at::ones({256 << 20}, at::TensorOptions().device(device));
  at::Tensor to = at::empty_like(from);
  GpuTimer timer(device);
  std::vector<double> seconds(10);
  for (double& s : seconds) s = timer.seconds([&](void*) { to.copy_(from); });
  std::sort(seconds.begin() + 1, seconds.end());
  return 2.0 * static_cast<double>(from.nbytes()) / seconds[5];
}

struct GpuCase {
  const char* name;
  at::ScalarType dtype;
  double temperature;
  std::int64_t rows;
  std::int64_t candidate_rows;
};

constexpr GpuCase kGpuCases[] = {
    {"bfloat16_greedy_32x126464", at::kBFloat16, 0.0, 32, 32},
    {"bfloat16_temperature_32x126464", at::kBFloat16, 0.5, 32, 32},
    {"float32_greedy_32x126464", at::kFloat, 0.0, 32, 32},
    // The first block of 256 generated tokens: the rows behind it are needed for soft tokens only.
    {"bfloat16_greedy_256x126464_32_candidates", at::kBFloat16, 0.0, 256, 32},
    {"bfloat16_greedy_1024x126464", at::kBFloat16, 0.0, 1024, 1024},
    {"bfloat16_temperature_1024x126464", at::kBFloat16, 0.5, 1024, 1024}};

/// Random logits of the case on the GPU, and what the kernel writes.
struct Run {
  at::Tensor logits;
  at::Tensor candidate;
  at::Tensor confidence;
  at::Tensor top_ids;
  at::Tensor top_shares;
  at::Tensor workspace;
  PredictRowsInput input;

  Run(const GpuCase& setting, c10::Device device) {
    const auto options = at::TensorOptions().device(device);
    logits = (at::randn({setting.rows, kVocab}, options) * 4).to(setting.dtype);
    input.logits = logits.const_data_ptr();
    input.type = setting.dtype == at::kFloat ? LogitType::kFloat32 : LogitType::kBFloat16;
    input.rows = setting.rows;
    input.candidate_rows = setting.candidate_rows;
    input.vocab = kVocab;
    input.mask_id = 126336;
    input.temperature = setting.temperature;
    input.top_k = 3;
    // Poisoned: what the kernel leaves out is not right by chance.
    candidate = at::full({input.candidate_rows}, -7, options.dtype(at::kInt));
    confidence = at::full({input.candidate_rows}, -7, options.dtype(at::kDouble));
    top_ids = at::full({input.rows, input.top_k}, -7, options.dtype(at::kInt));
    top_shares = at::full({input.rows, input.top_k}, -7, options.dtype(at::kDouble));
    workspace = at::empty({predict_rows_cuda_workspace_bytes(input)}, options.dtype(at::kByte));
  }

  void enqueue(void* stream) {
    const PredictRowsOutput output{
        candidate.mutable_data_ptr<std::int32_t>(), confidence.mutable_data_ptr<double>(),
        top_ids.mutable_data_ptr<std::int32_t>(), top_shares.mutable_data_ptr<double>()};
    predict_rows_cuda(input, output, workspace.mutable_data_ptr(), logits.device().index(), stream);
  }

  /// Whether the first rows got the plain kernel's tokens.
  bool is_right() const {
    constexpr std::int64_t kChecked = 32;
    const at::Tensor host = logits.narrow(0, 0, kChecked).cpu();
    PredictRowsInput plain = input;
    plain.logits = host.const_data_ptr();
    at::Tensor ids = at::empty({kChecked}, at::kInt);
    at::Tensor reals = at::empty({kChecked}, at::kDouble);
    at::Tensor lists = at::empty({kChecked, input.top_k}, at::kInt);
    at::Tensor shares = at::empty({kChecked, input.top_k}, at::kDouble);
    predict_rows_plain(plain,
                       {ids.mutable_data_ptr<std::int32_t>(), reals.mutable_data_ptr<double>(),
                        lists.mutable_data_ptr<std::int32_t>(), shares.mutable_data_ptr<double>()},
                       0, kChecked);
    return at::equal(candidate.narrow(0, 0, kChecked).cpu(), ids) &&
           at::equal(top_ids.narrow(0, 0, kChecked).cpu(), lists) &&
           at::allclose(confidence.narrow(0, 0, kChecked).cpu(), reals, 1e-12, 0);
  }
};

void predict_rows(benchmark::State& state, const GpuCase& setting, c10::Device device,
                  double copy_bytes_per_s) {
  Run run(setting, device);
  GpuTimer timer(device);
  const auto enqueue = [&](void* stream) { run.enqueue(stream); };
  timer.seconds(enqueue);
  if (!run.is_right()) {
    return state.SkipWithError("the kernel's results are not those of the plain kernel");
  }
  for (auto _ : state) state.SetIterationTime(timer.seconds(enqueue));
  const auto bytes = static_cast<std::int64_t>(run.logits.nbytes());
  state.SetBytesProcessed(state.iterations() * bytes);
  state.counters["share_of_copy"] = benchmark::Counter(
      static_cast<double>(bytes) / copy_bytes_per_s, benchmark::Counter::kIsIterationInvariantRate);
}

/// What stands between the GEMMs of LLaDA-8B, for one sample of prompt 200 + 256 generated.
struct LayerCase {
  const char* name;
  std::int64_t bytes;                          ///< read and written
  std::vector<std::int64_t> sizes;             ///< of x, in bfloat16
  std::vector<std::int64_t> half_other_sizes;  ///< of half the weight, angles, up
  at::ScalarType other_type;
  at::Tensor (*run)(const at::Tensor& x, const at::Tensor& other);
};

const std::vector<LayerCase>& layer_cases() {
  static const std::vector<LayerCase> cases = {
      {"rms_norm_456x4096",
       2 * 2 * 456 * 4096,
       {456, 4096},
       {2048},
       at::kBFloat16,
       [](const at::Tensor& x, const at::Tensor& weight) {
         return model::rms_norm(x, weight, 1e-5);
       }},
      {"rotate_456x32x128",
       2 * 2 * 456 * 4096,
       {456, 32, 128},
       {456, 64},
       at::kFloat,
       [](const at::Tensor& x, const at::Tensor& angles) {
         return model::rotate(x, angles, angles, /*full_precision=*/true);
       }},
      {"gated_silu_456x12288",
       3 * 2 * 456 * 12288,
       {456, 12288},
       {456, 6144},
       at::kBFloat16,
       [](const at::Tensor& gate, const at::Tensor& up) { return model::gated_silu(gate, up); }}};
  return cases;
}

/// By the fused kernel, or by LibTorch's operators, which are the check as well.
void layer(benchmark::State& state, const LayerCase& setting, c10::Device device, bool fused) {
  const auto options = at::TensorOptions().device(device);
  const at::Tensor x = at::randn(setting.sizes, options).to(at::kBFloat16);
  const at::Tensor half = at::randn(setting.half_other_sizes, options).to(setting.other_type);
  const at::Tensor other = at::cat({half, half}, -1);  // as angles lie
  const at::Tensor expected = setting.run(x.clone(), other);
  const c10::InferenceMode mode(fused);
  const at::Tensor found = setting.run(x.clone(), other);
  if (!at::allclose(found.to(at::kFloat), expected.to(at::kFloat), 2e-2, 2e-2)) {
    return state.SkipWithError("the kernel's results are not those of LibTorch's operators");
  }
  GpuTimer timer(device);
  for (auto _ : state) {
    state.SetIterationTime(timer.seconds([&](void*) { setting.run(x, other); }));
  }
  state.SetBytesProcessed(state.iterations() * setting.bytes);
}

void register_layers(c10::Device device) {
  for (const LayerCase& setting : layer_cases()) {
    for (const bool fused : {true, false}) {
      benchmark::RegisterBenchmark(
          (std::string("cuda_") + (fused ? "fused/" : "libtorch/") + setting.name).c_str(),
          [=](benchmark::State& state) { layer(state, setting, device, fused); })
          ->UseManualTime()
          ->Unit(benchmark::kMicrosecond);
    }
  }
}

void gemm(benchmark::State& state, c10::Device device) {
  constexpr std::int64_t kSize = 8192;
  const auto options = at::TensorOptions().dtype(at::kBFloat16).device(device);
  const at::Tensor a = at::randn({kSize, kSize}, options);
  at::Tensor c = at::empty_like(a);
  GpuTimer timer(device);
  const auto enqueue = [&](void*) { at::mm_out(c, a, a.t()); };
  timer.seconds(enqueue);
  for (auto _ : state) state.SetIterationTime(timer.seconds(enqueue));
  state.counters["FLOP/s"] = benchmark::Counter(2.0 * kSize * kSize * kSize,
                                                benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace

void register_gpu_kernels() {
  const c10::Device device = model::open_device("auto");
  if (!built_with_cuda() || !device.is_cuda()) {
    std::fprintf(stderr, "no GPU: %s; the cuda cases are left out\n",
                 built_with_cuda() ? "none is usable on this machine" : "built without nvcc");
    return;
  }
  const double copy_bytes_per_s = gpu_copy_bytes_per_s(device);
  benchmark::AddCustomContext("gpu", model::describe_device(device));
  benchmark::AddCustomContext("gpu_copy_bytes_per_s", std::to_string(copy_bytes_per_s));
  for (const GpuCase& setting : kGpuCases) {
    benchmark::RegisterBenchmark(
        (std::string("cuda_predict_rows/") + setting.name).c_str(),
        [=](benchmark::State& state) { predict_rows(state, setting, device, copy_bytes_per_s); })
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond);
  }
  register_layers(device);
  benchmark::RegisterBenchmark("cuda_gemm/bfloat16_8192",
                               [=](benchmark::State& state) { gemm(state, device); })
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace evotoken::benchmarks
