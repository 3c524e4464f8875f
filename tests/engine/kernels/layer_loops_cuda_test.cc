// The GPU's loops between GEMMs on random shapes, against LibTorch's operators and the CPU's loops;
// on a GPU or played by the host (cuda_kernel_test.h).
#include "engine/kernels/layer_loops_cuda.h"

#include <limits>

#include "engine/kernels/layer_loops.h"
#include "tests/engine/kernels/cuda_kernel_test.h"

namespace evotoken::kernels {
namespace {

class LayerLoopsCuda : public testing::CudaKernelTest {
 public:
  /// `x` on the device, beginning `offset` numbers behind an aligned address.
  static at::Tensor placed(const at::Tensor& x, std::int64_t offset) {
    const at::Tensor storage = at::empty({offset + x.numel()}, x.options().device(device));
    return storage.narrow(0, offset, x.numel()).view(x.sizes()).copy_(x);
  }
  template <typename T>
  static void run(const RmsNormRows<T>& work) {
    rms_norm_rows_cuda(work, device.index(), nullptr);
  }
  template <typename T>
  static void run(const RotateRows<T>& work) {
    rotate_rows_cuda(work, device.index(), nullptr);
  }
  template <typename T>
  static void run(const GatedSilu<T>& work) {
    gated_silu_cuda(work, device.index(), nullptr);
  }
};

at::Tensor placed(const at::Tensor& x, std::int64_t offset) {
  return LayerLoopsCuda::placed(x, offset);
}

template <typename T>
constexpr at::ScalarType type_of() {
  return c10::CppTypeToScalarType<T>::value;
}

template <typename T>
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, std::int64_t offset = 0) {
  const at::Tensor in = placed(x, offset);
  const at::Tensor scale = placed(weight, offset);
  const at::Tensor out = at::full_like(in, -7);  // a place that is not written shows
  LayerLoopsCuda::run(RmsNormRows<T>{in.const_data_ptr<T>(), scale.const_data_ptr<T>(), 1e-5F,
                                     x.size(0), x.size(1), out.mutable_data_ptr<T>()});
  return out.cpu();
}

/// x [rows, heads, head_dim], rotated by cos and sin [rows, head_dim].
template <typename T>
at::Tensor rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, bool stepwise,
                  std::int64_t offset = 0) {
  const at::Tensor data = placed(x, offset);
  const at::Tensor c = placed(cos, 0);
  const at::Tensor s = placed(sin, 0);
  LayerLoopsCuda::run(RotateRows<T>{data.mutable_data_ptr<T>(), x.size(1) * x.size(2), x.size(0),
                                    x.size(1), x.size(2), c.const_data_ptr<float>(),
                                    s.const_data_ptr<float>(), stepwise});
  return data.cpu();
}

template <typename T>
at::Tensor gated(const at::Tensor& gate, const at::Tensor& up, std::int64_t offset = 0) {
  const at::Tensor data = placed(gate, offset);
  const at::Tensor other = placed(up, offset);
  T* const in_place = data.mutable_data_ptr<T>();
  LayerLoopsCuda::run(GatedSilu<T>{in_place, other.const_data_ptr<T>(), gate.numel(), in_place});
  return data.cpu();
}

/// Float32 to some last bits; narrow types equal but for the last bits here and there, where a
/// float32 number fell on the other side of a tie, and was multiplied and rounded again.
void expect_same(const at::Tensor& actual, const at::Tensor& expected) {
  const at::ScalarType type = actual.scalar_type();
  const at::Tensor a = actual.to(at::kFloat);
  const at::Tensor b = expected.to(at::kFloat);
  if (type == at::kFloat) {
    EXPECT_TRUE(at::allclose(a, b, 3e-6, 1e-6)) << (a - b).abs().max();
    return;
  }
  const double ulps = type == at::kHalf ? 0x1p-9 : 0x1p-6;
  const double tiny = type == at::kHalf ? 0x1p-24 : 0;  // float16 ends in subnormals
  EXPECT_TRUE((a - b).abs().le(b.abs() * ulps + tiny).all().item<bool>()) << (a - b).abs().max();
  EXPECT_LE(a.ne(b).sum().item<std::int64_t>(), 1 + actual.numel() / 50);
}

/// The kernels of element type T, wherever `device` says.
template <typename T>
void expect_rms_norm_is_right() {
  at::manual_seed(1);
  std::int64_t turn = 0;
  for (const std::int64_t width : {1, 7, 8, 64, 193, 2048, 2056, 4096, 5001}) {
    const at::Tensor x = (at::randn({3, width}) * 3).to(type_of<T>());
    const at::Tensor weight = at::randn({width}).to(type_of<T>());
    const at::Tensor y = rms_norm<T>(x, weight, ++turn % 3);
    SCOPED_TRACE(::testing::Message() << x.scalar_type() << ", width " << width);
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor scale = at::rsqrt(wide.square().mean(-1, true) + 1e-5);
    expect_same(y, (wide * scale).to(type_of<T>()) * weight);
    EXPECT_TRUE(at::equal(rms_norm<T>(x, weight, 0), y)) << "the address matters";
    EXPECT_TRUE(at::equal(rms_norm<T>(x.narrow(0, 1, 1), weight), y.narrow(0, 1, 1)))
        << "the neighbours matter";
    if constexpr (!std::is_same_v<T, c10::Half>) {
      at::Tensor cpu = at::empty_like(x);
      rms_norm_rows(RmsNormRows<T>{x.const_data_ptr<T>(), weight.const_data_ptr<T>(), 1e-5F, 3,
                                   width, cpu.mutable_data_ptr<T>()});
      expect_same(y, cpu);
    }
  }
}

/// rotate() by LibTorch's operators in `dtype`, as engine/model/rotary.cc writes it.
at::Tensor by_operators(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin,
                        at::ScalarType dtype) {
  const at::Tensor wide = x.to(dtype);
  const std::vector<at::Tensor> halves = wide.chunk(2, -1);
  const at::Tensor turned = at::cat({-halves[1], halves[0]}, -1);
  return (wide * cos.to(dtype).unsqueeze(1) + turned * sin.to(dtype).unsqueeze(1))
      .to(x.scalar_type());
}

template <typename T>
void expect_rotation_is_right() {
  at::manual_seed(2);
  std::int64_t turn = 0;
  for (const std::int64_t half : {1, 5, 8, 32, 60, 64}) {
    for (const std::int64_t heads : {1, 3}) {
      const std::int64_t rows = 2 + ++turn % 4;
      const at::Tensor x = at::randn({rows, heads, 2 * half}).to(type_of<T>());
      const at::Tensor angles = at::randn({rows, half}) * 9;
      const at::Tensor twice = at::cat({angles, angles}, -1);
      const at::Tensor cos = twice.cos();
      const at::Tensor sin = twice.sin();
      SCOPED_TRACE(::testing::Message() << x.scalar_type() << ", half a head " << half);
      const at::Tensor once = rotate<T>(x, cos, sin, false, turn % 3);
      expect_same(once, by_operators(x, cos, sin, at::kFloat));
      EXPECT_TRUE(at::equal(rotate<T>(x, cos, sin, false), once)) << "the address matters";
      if constexpr (std::is_same_v<T, float>) {
        EXPECT_TRUE(at::equal(rotate<T>(x, cos, sin, true), once));
      } else {
        EXPECT_TRUE(at::equal(rotate<T>(x, cos, sin, true, turn % 3),
                              by_operators(x, cos, sin, type_of<T>())));
      }
      if constexpr (!std::is_same_v<T, c10::Half>) {
        at::Tensor cpu = x.clone();
        rotate_rows(RotateRows<T>{cpu.mutable_data_ptr<T>(), heads * 2 * half, rows, heads,
                                  2 * half, cos.const_data_ptr<float>(),
                                  sin.const_data_ptr<float>()});
        expect_same(once, cpu);
      }
    }
  }
}

template <typename T>
void expect_gate_is_right() {
  at::manual_seed(3);
  std::int64_t turn = 0;
  for (const std::int64_t count : {1, 7, 8, 193, 2048, 12288, 30001}) {
    const at::Tensor gate = (at::randn({count}) * 8).to(type_of<T>());
    const at::Tensor up = at::randn({count}).to(type_of<T>());
    const at::Tensor y = gated<T>(gate, up, ++turn % 3);
    SCOPED_TRACE(::testing::Message() << gate.scalar_type() << ", " << count << " numbers");
    expect_same(y, at::silu(gate) * up);
    EXPECT_TRUE(at::equal(gated<T>(gate, up), y)) << "the address matters";
    if constexpr (!std::is_same_v<T, c10::Half>) {
      at::Tensor cpu = at::empty_like(gate);
      gated_silu(GatedSilu<T>{gate.const_data_ptr<T>(), up.const_data_ptr<T>(), count,
                              cpu.mutable_data_ptr<T>()});
      expect_same(y, cpu);
    }
  }
  const at::Tensor far = at::tensor({300.0F, -300.0F, 0.0F}).to(type_of<T>());
  EXPECT_TRUE(at::equal(gated<T>(far, at::ones_like(far)), at::relu(far)));
  const at::Tensor none = at::full({13}, std::numeric_limits<float>::quiet_NaN(), type_of<T>());
  const at::Tensor still_none = gated<T>(none, at::ones_like(none));
  EXPECT_TRUE(still_none.isnan().all().item<bool>());
}

/// Rows that lie apart, and nothing beside them.
template <typename T>
void expect_stride_is_kept() {
  at::manual_seed(4);
  for (const std::int64_t gap : {5, 8}) {
    const at::Tensor before = at::randn({3, 32 + gap}).to(type_of<T>());
    const at::Tensor data = placed(before, 0);
    const at::Tensor angles = placed(at::ones({3, 16}), 0);
    LayerLoopsCuda::run(RotateRows<T>{data.mutable_data_ptr<T>(), 32 + gap, 3, 2, 16,
                                      angles.const_data_ptr<float>(),
                                      angles.const_data_ptr<float>(), false});
    const at::Tensor heads = before.narrow(1, 0, 32).reshape({3, 2, 16});
    const at::Tensor one = at::ones({3, 16});
    const at::Tensor after = data.cpu();
    expect_same(after.narrow(1, 0, 32).reshape({3, 2, 16}),
                by_operators(heads, one, one, at::kFloat));
    EXPECT_TRUE(at::equal(after.narrow(1, 32, gap), before.narrow(1, 32, gap)));
  }
}

template <typename T>
void expect_all_is_right() {
  expect_rms_norm_is_right<T>();
  expect_rotation_is_right<T>();
  expect_gate_is_right<T>();
  expect_stride_is_kept<T>();
}

TEST_F(LayerLoopsCuda, ComputeWhatTheCpuLoopsAndLibTorchCompute) {
  expect_all_is_right<float>();
  expect_all_is_right<c10::BFloat16>();
  expect_all_is_right<c10::Half>();
}

TEST_F(LayerLoopsCuda, NothingToDoIsNoError) {
  run(RmsNormRows<float>{});
  run(RotateRows<float>{});
  run(GatedSilu<float>{});
}

}  // namespace
}  // namespace evotoken::kernels
