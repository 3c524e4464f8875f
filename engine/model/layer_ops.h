// The small operations of a transformer layer: fused under c10::InferenceMode on a CPU in float32
// and bfloat16, on a GPU in float16 as well; else LibTorch's own, which are differentiable and run
// anywhere.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

namespace evotoken::model {

/// RMSNorm of x [rows, d_model]: x · rsqrt(mean(x²) + eps) in float32, cast back, times the weight.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps);

/// silu(gate) · up, shapes equal. Under InferenceMode the memory of `gate` may be reused.
at::Tensor gated_silu(at::Tensor gate, const at::Tensor& up);

/// Whether the loops of kernels/layer_loops.h may take x.
bool takes_fused_loops(const at::Tensor& x);

/// Calls use(T()) with the element type T of x, for which takes_fused_loops(x) holds.
template <typename Use>
void with_element_type(const at::Tensor& x, Use use) {
  if (x.scalar_type() == at::kFloat) {
    use(float());
  } else {
    use(c10::BFloat16());
  }
}

/// Whether the kernels of kernels/layer_loops_cuda.h may take x.
bool takes_fused_kernels(const at::Tensor& x);

/// Calls use(T()) with the element type T of x, for which takes_fused_kernels(x) holds.
template <typename Use>
void with_kernel_type(const at::Tensor& x, Use use) {
  if (x.scalar_type() == at::kHalf) {
    use(c10::Half());
  } else {
    with_element_type(x, use);
  }
}

/// Calls loop(first row, end row) for stretches of `rows` rows of `width` numbers, on several
/// threads where it pays.
void over_rows(std::int64_t rows, std::int64_t width,
               const std::function<void(std::int64_t begin, std::int64_t end)>& loop);

}  // namespace evotoken::model
