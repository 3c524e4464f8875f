// The loops between GEMMs against the definitions in double, over widths that fill vectors and that
// do not.
#include "engine/kernels/layer_loops.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace evotoken::kernels {
namespace {

constexpr std::int64_t kWidths[] = {1, 2, 7, 8, 31, 64, 193};

TEST(LayerLoops, RmsNormIsItsDefinition) {
  at::manual_seed(1);
  for (const std::int64_t width : kWidths) {
    const at::Tensor x = at::randn({5, width}) * 3;
    const at::Tensor weight = at::randn({width});
    at::Tensor y = at::empty_like(x);
    const RmsNormRows<float> work = {
        x.const_data_ptr<float>(),  weight.const_data_ptr<float>(), 1e-5F, 5, width,
        y.mutable_data_ptr<float>()};
    rms_norm_rows(work);
    const at::Tensor wide = x.to(at::kDouble);
    const at::Tensor expected =
        wide * at::rsqrt(wide.square().mean(-1, true) + 1e-5) * weight.to(at::kDouble);
    EXPECT_TRUE(at::allclose(y.to(at::kDouble), expected, 2e-6, 1e-7)) << width;
    at::Tensor in_place = x.clone();
    float* const data = in_place.mutable_data_ptr<float>();
    rms_norm_rows({data, work.weight, work.eps, 5, width, data});
    EXPECT_TRUE(at::equal(in_place, y)) << width;
    at::Tensor by_parts = at::zeros_like(x);
    RmsNormRows<float> elsewhere = work;
    elsewhere.y = by_parts.mutable_data_ptr<float>();
    rms_norm_rows(elsewhere.part(0, 2));
    rms_norm_rows(elsewhere.part(2, 5));
    EXPECT_TRUE(at::equal(by_parts, y)) << width;
  }
}

TEST(LayerLoops, RotationTurnsHalvesOfHeadsAndNothingBeside) {
  at::manual_seed(2);
  for (const std::int64_t half : kWidths) {
    constexpr std::int64_t kRows = 3;
    constexpr std::int64_t kHeads = 2;
    const std::int64_t head_dim = 2 * half;
    const std::int64_t stride = kHeads * head_dim + 5;  // rows that lie apart
    const at::Tensor before = at::randn({kRows, stride});
    const at::Tensor angles = at::randn({kRows, half});
    const at::Tensor twice = at::cat({angles, angles}, -1);
    const at::Tensor cos = twice.cos();
    const at::Tensor sin = twice.sin();
    at::Tensor x = before.clone();
    const RotateRows<float> work = {
        x.mutable_data_ptr<float>(), stride, kRows, kHeads, head_dim, cos.const_data_ptr<float>(),
        sin.const_data_ptr<float>()};
    rotate_rows(work.part(1, kRows));
    rotate_rows(work.part(0, 1));
    const at::Tensor heads =
        before.narrow(1, 0, kHeads * head_dim).reshape({kRows, kHeads, head_dim}).to(at::kDouble);
    const at::Tensor first = heads.narrow(-1, 0, half);
    const at::Tensor second = heads.narrow(-1, half, half);
    const at::Tensor c = angles.to(at::kDouble).cos().unsqueeze(1);
    const at::Tensor s = angles.to(at::kDouble).sin().unsqueeze(1);
    const at::Tensor expected = at::cat({first * c - second * s, second * c + first * s}, -1);
    const at::Tensor actual =
        x.narrow(1, 0, kHeads * head_dim).reshape({kRows, kHeads, head_dim}).to(at::kDouble);
    EXPECT_TRUE(at::allclose(actual, expected, 1e-5, 1e-6)) << half;
    EXPECT_TRUE(
        at::equal(x.narrow(1, kHeads * head_dim, 5), before.narrow(1, kHeads * head_dim, 5)))
        << half;
  }
}

TEST(LayerLoops, GatedSiluIsItsDefinitionFarFromZeroToo) {
  at::manual_seed(3);
  for (const std::int64_t width : kWidths) {
    at::Tensor gate = at::randn({width}) * 20;
    gate[0] = width % 2 == 0 ? 300.0F : -300.0F;
    const at::Tensor up = at::randn({width});
    at::Tensor y = at::empty_like(gate);
    gated_silu({gate.const_data_ptr<float>(), up.const_data_ptr<float>(), width,
                y.mutable_data_ptr<float>()});
    const at::Tensor wide = gate.to(at::kDouble);
    const at::Tensor expected = wide * at::sigmoid(wide) * up.to(at::kDouble);
    EXPECT_TRUE(at::allclose(y.to(at::kDouble), expected, 2e-6, 1e-6)) << width;
  }
}

/// Equal but for the last bit here and there, where a float32 sum fell on the other side of a tie.
void expect_same_bfloat16(const at::Tensor& actual, const at::Tensor& expected) {
  const at::Tensor difference = (actual.to(at::kFloat) - expected.to(at::kFloat)).abs();
  EXPECT_TRUE(difference.le(expected.to(at::kFloat).abs() / 128).all().item<bool>());
  EXPECT_LE(difference.ne(0).sum().item<std::int64_t>(), actual.numel() / 50);
}

TEST(LayerLoops, BFloat16RoundsWhereLibTorchDoes) {
  at::manual_seed(4);
  for (const std::int64_t width : {1, 31, 64, 193, 1024}) {
    const at::Tensor x = (at::randn({6, width}) * 3).to(at::kBFloat16);
    const at::Tensor weight = at::randn({width}).to(at::kBFloat16);
    const auto* const in = x.const_data_ptr<c10::BFloat16>();
    at::Tensor y = at::empty_like(x);
    auto* const out = y.mutable_data_ptr<c10::BFloat16>();

    rms_norm_rows({in, weight.const_data_ptr<c10::BFloat16>(), 1e-5F, 6, width, out});
    const at::Tensor wide = x.to(at::kFloat);
    const at::Tensor scale = at::rsqrt(wide.square().mean(-1, true) + 1e-5);
    expect_same_bfloat16(y, (wide * scale).to(at::kBFloat16) * weight);

    const at::Tensor up = at::randn({6, width}).to(at::kBFloat16);
    gated_silu({in, up.const_data_ptr<c10::BFloat16>(), x.numel(), out});
    expect_same_bfloat16(y, at::silu(x) * up);
  }
  const at::Tensor before = at::randn({5, 2, 64}).to(at::kBFloat16);
  const at::Tensor angles = at::randn({5, 32});
  const at::Tensor twice = at::cat({angles, angles}, -1);
  at::Tensor x = before.clone();
  const at::Tensor cos = twice.cos();
  const at::Tensor sin = twice.sin();
  rotate_rows({x.mutable_data_ptr<c10::BFloat16>(), 128, 5, 2, 64, cos.const_data_ptr<float>(),
               sin.const_data_ptr<float>()});
  const at::Tensor wide = before.to(at::kFloat);
  const auto halves = wide.chunk(2, -1);
  const at::Tensor turned = at::cat({-halves[1], halves[0]}, -1);
  expect_same_bfloat16(
      x, (wide * twice.cos().unsqueeze(1) + turned * twice.sin().unsqueeze(1)).to(at::kBFloat16));
}

template <typename T>
class LayerLoopsOf : public testing::Test {};
using ElementTypes = testing::Types<float, c10::BFloat16>;
TYPED_TEST_SUITE(LayerLoopsOf, ElementTypes);

TYPED_TEST(LayerLoopsOf, WhatIsNotANumberStaysNone) {
  // Enough of them for whole vectors and a rest.
  const std::vector<TypeParam> gate(37, std::numeric_limits<float>::quiet_NaN());
  const std::vector<TypeParam> up(37, 1.0F);
  std::vector<TypeParam> y(37);
  gated_silu(GatedSilu<TypeParam>{gate.data(), up.data(), 37, y.data()});
  for (const TypeParam value : y) EXPECT_TRUE(std::isnan(static_cast<float>(value)));
}

}  // namespace
}  // namespace evotoken::kernels
