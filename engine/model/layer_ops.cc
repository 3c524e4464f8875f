#include "engine/model/layer_ops.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

#include "engine/kernels/layer_loops.h"

namespace evotoken::model {

bool takes_fused_loops(const at::Tensor& x) {
  return c10::InferenceMode::is_enabled() && x.is_cpu() && x.scalar_type() == at::kFloat &&
         x.is_contiguous();
}

void over_rows(std::int64_t rows, std::int64_t width,
               const std::function<void(std::int64_t begin, std::int64_t end)>& loop) {
  constexpr std::int64_t kFloatsPerThread = 32768;  // less is not worth waking a thread
  at::parallel_for(0, rows, std::max<std::int64_t>(1, kFloatsPerThread / width), loop);
}

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  if (takes_fused_loops(x) && takes_fused_loops(weight)) {
    at::Tensor y = at::empty_like(x);
    const std::int64_t width = x.size(-1);
    const float* const in = x.const_data_ptr<float>();
    float* const out = y.mutable_data_ptr<float>();
    over_rows(x.numel() / width, width, [&](std::int64_t begin, std::int64_t end) {
      kernels::rms_norm_rows(in + begin * width, weight.const_data_ptr<float>(),
                             static_cast<float>(eps), end - begin, width, out + begin * width);
    });
    return y;
  }
  const at::Tensor wide = x.to(at::kFloat);
  const at::Tensor mean_square = wide.square().mean(-1, /*keepdim=*/true);
  return (wide * at::rsqrt(mean_square + eps)).to(x.scalar_type()) * weight;
}

at::Tensor gated_silu(at::Tensor gate, const at::Tensor& up) {
  if (!takes_fused_loops(gate) || !takes_fused_loops(up)) return at::silu(gate) * up;
  float* const in = gate.mutable_data_ptr<float>();
  const float* const other = up.const_data_ptr<float>();
  over_rows(gate.numel(), 1, [&](std::int64_t begin, std::int64_t end) {
    kernels::gated_silu(in + begin, other + begin, end - begin, in + begin);
  });
  return gate;
}

}  // namespace evotoken::model
