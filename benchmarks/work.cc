#include "benchmarks/work.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <limits>

#include "engine/model/packed_weight.h"

namespace evotoken::benchmarks {
namespace {

/// Seconds of the fastest of `repetitions` runs, the first one not counted.
template <typename Work>
double fastest(int repetitions, c10::Device device, Work work) {
  const auto synchronize = [&] {
    if (device.is_cuda()) at::empty({1}, device).zero_().cpu();
  };
  double best = 1e30;
  for (int i = 0; i <= repetitions; ++i) {
    synchronize();
    const auto start = std::chrono::steady_clock::now();
    work();
    synchronize();
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (i > 0) best = std::min(best, seconds);
  }
  return best;
}

}  // namespace

PassWork pass_work(const model::LladaModel& llada, const model::SequenceRows& rows,
                   std::int64_t positions, const HeadRows& head) {
  const weights::ModelConfig& config = llada.config();
  const auto d = static_cast<double>(config.d_model);
  const auto keys_and_values = 2.0 * static_cast<double>(config.kv_dim()) * d;
  const double query_and_output = 2 * d * d;
  const double mlp = 3 * d * static_cast<double>(config.mlp_hidden_size);
  const double attention = 2 * d * static_cast<double>(positions);
  const double per_query_row = query_and_output + mlp + attention;
  const auto all = static_cast<double>(rows.length);
  const auto wanted = static_cast<double>(rows.wanted());
  const auto layers = static_cast<double>(config.n_layers);
  const double head_weights = d * static_cast<double>(config.vocab_size);
  const double head_rows =
      static_cast<double>(head.whole) + 0.25 * static_cast<double>(head.screened);
  const auto number_bytes = static_cast<double>(c10::elementSize(llada.dtype()));
  const bool quantized = llada.weights().quantization != model::Quantization::kNone;

  PassWork work;
  work.layers.flops =
      2 * (layers * all * keys_and_values + ((layers - 1) * all + wanted) * per_query_row);
  work.layers.weight_bytes =
      layers * (keys_and_values + query_and_output + mlp) * (quantized ? 1 : number_bytes);
  work.head.flops = 2 * head_rows * head_weights;
  work.head.weight_bytes =
      head_weights * ((head.whole > 0 ? number_bytes : 0) + (head.screened > 0 ? 1 : 0));
  return work;
}

double measure_gemm_flops_per_s(c10::ScalarType dtype, c10::Device device) {
  constexpr std::int64_t kSize = 2048;
  constexpr int kTimes = 5;
  double seconds = std::numeric_limits<double>::infinity();
  const auto look_at = [&](c10::ScalarType type) {
    const auto options = at::TensorOptions().dtype(type).device(device);
    const at::Tensor a = at::ones({kSize, kSize}, options);
    const at::Tensor b = at::ones({kSize, kSize}, options);
    at::Tensor c = at::empty({kSize, kSize}, options);
    seconds = std::min(seconds, fastest(kTimes, device, [&] { at::mm_out(c, a, b.t()); }));
    if (!model::PackedWeight::takes(b)) return;
    const model::PackedWeight packed(b);
    seconds = std::min(seconds, fastest(kTimes, device, [&] { packed.multiply(a); }));
  };
  look_at(dtype);
  if (device.is_cpu() && dtype != c10::kFloat) look_at(c10::kFloat);
  return 2.0 * kSize * kSize * kSize / seconds;
}

double measure_copy_bytes_per_s(c10::Device device) {
  const auto options = at::TensorOptions().dtype(at::kFloat).device(device);
  const at::Tensor from = at::ones({64 << 20}, options);
  at::Tensor to = at::empty_like(from);
  const double seconds = fastest(5, device, [&] { to.copy_(from); });
  return 2.0 * static_cast<double>(from.nbytes()) / seconds;
}

void restart_peak_memory() {
  // "5" resets the peak (proc(5), /proc/pid/clear_refs).
  std::ofstream("/proc/self/clear_refs") << "5";
}

}  // namespace evotoken::benchmarks
