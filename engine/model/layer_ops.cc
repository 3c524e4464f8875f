#include "engine/model/layer_ops.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

#include "engine/kernels/layer_loops.h"
#include "engine/kernels/layer_loops_cuda.h"
#include "engine/kernels/predict_rows.h"
#include "engine/model/device.h"
#include "engine/model/parallel.h"

namespace evotoken::model {

namespace {

bool loops_take(const at::Tensor& a, const at::Tensor& b) {
  return takes_fused_loops(a) && takes_fused_loops(b) && a.scalar_type() == b.scalar_type();
}

bool kernels_take(const at::Tensor& a, const at::Tensor& b) {
  return takes_fused_kernels(a) && takes_fused_kernels(b) && a.scalar_type() == b.scalar_type() &&
         a.device() == b.device();
}

template <typename T>
kernels::RmsNormRows<T> norm_work(const at::Tensor& x, const at::Tensor& weight, double eps,
                                  const at::Tensor& y) {
  const std::int64_t width = x.size(-1);
  return {x.const_data_ptr<T>(),
          weight.const_data_ptr<T>(),
          static_cast<float>(eps),
          x.numel() / width,
          width,
          y.mutable_data_ptr<T>()};
}

/// Written over `gate`.
template <typename T>
kernels::GatedSilu<T> gate_work(const at::Tensor& gate, const at::Tensor& up) {
  T* const in_place = gate.mutable_data_ptr<T>();
  return {in_place, up.const_data_ptr<T>(), gate.numel(), in_place};
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
  parallel_for(rows, std::max<std::int64_t>(1, kNumbersPerThread / width), loop);
}

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  if (kernels_take(x, weight)) {
    at::Tensor y = at::empty_like(x);
    with_kernel_type(x, [&]<typename T>(T) {
      kernels::rms_norm_rows_cuda(norm_work<T>(x, weight, eps, y), x.device().index(),
                                  current_stream(x.device()));
    });
    return y;
  }
  if (loops_take(x, weight)) {
    at::Tensor y = at::empty_like(x);
    with_element_type(x, [&]<typename T>(T) {
      const auto work = norm_work<T>(x, weight, eps, y);
      over_rows(work.rows, work.width, [&](std::int64_t begin, std::int64_t end) {
        kernels::rms_norm_rows(work.part(begin, end));
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
    with_kernel_type(gate, [&]<typename T>(T) {
      kernels::gated_silu_cuda(gate_work<T>(gate, up), gate.device().index(),
                               current_stream(gate.device()));
    });
    return gate;
  }
  if (!loops_take(gate, up)) return at::silu(gate) * up;
  with_element_type(gate, [&]<typename T>(T) {
    const auto work = gate_work<T>(gate, up);
    over_rows(work.count, 1, [&](std::int64_t begin, std::int64_t end) {
      kernels::gated_silu(work.part(begin, end));
    });
  });
  return gate;
}

}  // namespace evotoken::model
