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

double pass_flops(const weights::ModelConfig& config, const model::SequenceRows& rows,
                  std::int64_t positions, double head_rows) {
  const auto d = static_cast<double>(config.d_model);
  const auto keys_and_values = 2.0 * static_cast<double>(config.kv_dim()) * d;
  const double query_and_output = 2 * d * d;
  const double mlp = 3 * d * static_cast<double>(config.mlp_hidden_size);
  const double attention = 2 * d * static_cast<double>(positions);
  const double per_query_row = query_and_output + mlp + attention;
  const auto all = static_cast<double>(rows.length);
  const auto wanted = static_cast<double>(rows.wanted());
  const auto layers = static_cast<double>(config.n_layers);
  const double multiply_adds = layers * all * keys_and_values +
                               ((layers - 1) * all + wanted) * per_query_row +
                               head_rows * d * static_cast<double>(config.vocab_size);
  return 2 * multiply_adds;
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
