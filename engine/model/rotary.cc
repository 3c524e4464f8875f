#include "engine/model/rotary.h"

#include <ATen/ATen.h>

#include "engine/kernels/layer_loops.h"
#include "engine/kernels/layer_loops_cuda.h"
#include "engine/model/device.h"
#include "engine/model/layer_ops.h"

namespace evotoken::model {

RotaryTable RotaryTable::make(std::int64_t max_length, std::int64_t head_dim, double theta,
                              at::Device device) {
  const auto options = at::TensorOptions().dtype(at::kFloat);
  const at::Tensor exponents = at::arange(0, head_dim, 2, options) / static_cast<double>(head_dim);
  const at::Tensor inverse_frequency = at::reciprocal(at::pow(at::Scalar(theta), exponents));
  const at::Tensor angles = at::outer(at::arange(0, max_length, options), inverse_frequency);
  const at::Tensor both_halves = at::cat({angles, angles}, -1);
  return {both_halves.cos().to(device), both_halves.sin().to(device)};
}

namespace {

bool kernel_takes(const at::Tensor& x, const at::Tensor& table) {
  return takes_fused_kernels(x) && takes_fused_kernels(table) &&
         table.scalar_type() == at::kFloat && table.device() == x.device();
}

/// Written over x.
template <typename T>
kernels::RotateRows<T> rotation_work(const at::Tensor& x, const at::Tensor& cos,
                                     const at::Tensor& sin, bool stepwise) {
  const std::int64_t heads = x.size(1);
  const std::int64_t head_dim = x.size(2);
  return {x.mutable_data_ptr<T>(),
          heads * head_dim,
          x.size(0),
          heads,
          head_dim,
          cos.const_data_ptr<float>(),
          sin.const_data_ptr<float>(),
          stepwise};
}

}  // namespace

at::Tensor rotate(at::Tensor x, const at::Tensor& cos, const at::Tensor& sin, bool full_precision) {
  const bool stepwise = !full_precision && x.scalar_type() != at::kFloat;
  if (kernel_takes(x, cos) && kernel_takes(x, sin)) {
    with_kernel_type(x, [&]<typename T>(T) {
      kernels::rotate_rows_cuda(rotation_work<T>(x, cos, sin, stepwise), x.device().index(),
                                current_stream(x.device()));
    });
    return x;
  }
  if (!stepwise && takes_fused_loops(x) && takes_fused_loops(cos) && takes_fused_loops(sin)) {
    with_element_type(x, [&]<typename T>(T) {
      const auto work = rotation_work<T>(x, cos, sin, stepwise);
      over_rows(work.rows, work.stride, [&](std::int64_t begin, std::int64_t end) {
        kernels::rotate_rows(work.part(begin, end));
      });
    });
    return x;
  }
  const at::ScalarType dtype = full_precision ? at::kFloat : x.scalar_type();
  const at::Tensor wide = x.to(dtype);
  const std::vector<at::Tensor> halves = wide.chunk(2, -1);
  const at::Tensor turned = at::cat({-halves[1], halves[0]}, -1);  // (x1, x2) -> (−x2, x1)
  const at::Tensor c = cos.to(dtype).unsqueeze(1);                 // [rows, 1, head_dim]
  const at::Tensor s = sin.to(dtype).unsqueeze(1);
  return (wide * c + turned * s).to(x.scalar_type());
}

}  // namespace evotoken::model
