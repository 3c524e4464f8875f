#include "engine/model/layer_ops.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

#include "engine/kernels/layer_loops.h"

namespace evotoken::model {

namespace {

bool alike(const at::Tensor& a, const at::Tensor& b) {
  return takes_fused_loops(a) && takes_fused_loops(b) && a.scalar_type() == b.scalar_type();
}

}  // namespace

bool takes_fused_loops(const at::Tensor& x) {
  return c10::InferenceMode::is_enabled() && x.is_cpu() && x.is_contiguous() &&
         (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

void over_rows(std::int64_t rows, std::int64_t width,
               const std::function<void(std::int64_t begin, std::int64_t end)>& loop) {
  constexpr std::int64_t kNumbersPerThread = 32768;  // less is not worth waking a thread
  at::parallel_for(0, rows, std::max<std::int64_t>(1, kNumbersPerThread / width), loop);
}

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  if (alike(x, weight)) {
    at::Tensor y = at::empty_like(x);
    with_element_type(x, [&]<typename T>(T) {
      const std::int64_t width = x.size(-1);
      const T* const in = x.const_data_ptr<T>();
      T* const out = y.mutable_data_ptr<T>();
      over_rows(x.numel() / width, width, [&](std::int64_t begin, std::int64_t end) {
        kernels::rms_norm_rows(in + begin * width, weight.const_data_ptr<T>(),
                               static_cast<float>(eps), end - begin, width, out + begin * width);
      });
    });
    return y;
  }
  const at::Tensor wide = x.to(at::kFloat);
  const at::Tensor mean_square = wide.square().mean(-1, /*keepdim=*/true);
  return (wide * at::rsqrt(mean_square + eps)).to(x.scalar_type()) * weight;
}

at::Tensor gated_silu(at::Tensor gate, const at::Tensor& up) {
  if (!alike(gate, up)) return at::silu(gate) * up;
  with_element_type(gate, [&]<typename T>(T) {
    T* const in = gate.mutable_data_ptr<T>();
    const T* const other = up.const_data_ptr<T>();
    over_rows(gate.numel(), 1, [&](std::int64_t begin, std::int64_t end) {
      kernels::gated_silu(in + begin, other + begin, end - begin, in + begin);
    });
  });
  return gate;
}

}  // namespace evotoken::model
