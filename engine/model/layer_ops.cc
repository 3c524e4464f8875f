#include "engine/model/layer_ops.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

#include "engine/kernels/layer_loops.h"
#include "engine/kernels/layer_loops_cuda.h"
#include "engine/kernels/predict_rows.h"
#include "engine/model/device.h"

namespace evotoken::model {

namespace {

bool loops_take(const at::Tensor& a, const at::Tensor& b) {
  return takes_fused_loops(a) && takes_fused_loops(b) && a.scalar_type() == b.scalar_type();
}

bool kernels_take(const at::Tensor& a, const at::Tensor& b) {
  return takes_fused_kernels(a) && takes_fused_kernels(b) && a.scalar_type() == b.scalar_type() &&
         a.device() == b.device();
}

at::Tensor rms_norm_by_kernel(const at::Tensor& x, const at::Tensor& weight, double eps) {
  at::Tensor y = at::empty_like(x);
  with_kernel_type(x, [&]<typename T>(T) {
    const std::int64_t width = x.size(-1);
    kernels::rms_norm_rows_cuda(
        kernels::RmsNormRows<T>{x.const_data_ptr<T>(), weight.const_data_ptr<T>(),
                                static_cast<float>(eps), x.numel() / width, width,
                                y.mutable_data_ptr<T>()},
        x.device().index(), current_stream(x.device()));
  });
  return y;
}

/// Written over `gate`.
void gate_by_kernel(const at::Tensor& gate, const at::Tensor& up) {
  with_kernel_type(gate, [&]<typename T>(T) {
    T* const in_place = gate.mutable_data_ptr<T>();
    kernels::gated_silu_cuda(
        kernels::GatedSilu<T>{in_place, up.const_data_ptr<T>(), gate.numel(), in_place},
        gate.device().index(), current_stream(gate.device()));
  });
}

}  // namespace

bool takes_fused_loops(const at::Tensor& x) {
  return c10::InferenceMode::is_enabled() && x.is_cpu() && x.is_contiguous() &&
         (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

bool takes_fused_kernels(const at::Tensor& x) {
  return c10::InferenceMode::is_enabled() && kernels::built_with_cuda() && x.is_cuda() &&
         x.is_contiguous() &&
         (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16 ||
          x.scalar_type() == at::kHalf);
}

void over_rows(std::int64_t rows, std::int64_t width,
               const std::function<void(std::int64_t begin, std::int64_t end)>& loop) {
  constexpr std::int64_t kNumbersPerThread = 32768;  // less is not worth waking a thread
  at::parallel_for(0, rows, std::max<std::int64_t>(1, kNumbersPerThread / width), loop);
}

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  if (kernels_take(x, weight)) return rms_norm_by_kernel(x, weight, eps);
  if (loops_take(x, weight)) {
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
  if (kernels_take(gate, up)) {
    gate_by_kernel(gate, up);
    return gate;
  }
  if (!loops_take(gate, up)) return at::silu(gate) * up;
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
