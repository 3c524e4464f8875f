// Compiled once per instruction set, like vector_loops.cc.
#include "engine/kernels/layer_loops.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels/layer_loops.cc"
#include <hwy/foreach_target.h>
// Highway's headers must follow.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace evotoken::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;

/// Calls body(i, tag) for the vectors of [0, n) and then, with a tag of one lane, for the rest.
template <typename Body>
HWY_INLINE void ForVectors(std::int64_t n, Body body) {
  const Floats d;
  const hn::CappedTag<float, 1> single;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes) body(i, d);
  for (; i < n; ++i) body(i, single);
}

float SumOfSquares(const float* x, std::int64_t n) {
  const Floats d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  auto even = hn::Zero(d);
  auto odd = hn::Zero(d);
  std::int64_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    const auto a = hn::LoadU(d, x + i);
    const auto b = hn::LoadU(d, x + i + lanes);
    even = hn::MulAdd(a, a, even);
    odd = hn::MulAdd(b, b, odd);
  }
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd)));
  for (; i < n; ++i) sum += x[i] * x[i];
  return sum;
}

void RmsNormRows(const float* x, const float* weight, float eps, std::int64_t rows,
                 std::int64_t width, float* y) {
  for (std::int64_t row = 0; row < rows; ++row, x += width, y += width) {
    const float mean_square = SumOfSquares(x, width) / static_cast<float>(width);
    const float scale = 1.0F / std::sqrt(mean_square + eps);
    ForVectors(width, [&](std::int64_t i, auto d) {
      const auto scaled = hn::Mul(hn::LoadU(d, x + i), hn::Set(d, scale));
      hn::StoreU(hn::Mul(scaled, hn::LoadU(d, weight + i)), d, y + i);
    });
  }
}

void RotateRows(float* x, std::int64_t stride, std::int64_t rows, std::int64_t heads,
                std::int64_t head_dim, const float* cos, const float* sin) {
  const std::int64_t half = head_dim / 2;
  for (std::int64_t row = 0; row < rows; ++row, x += stride, cos += head_dim, sin += head_dim) {
    for (std::int64_t head = 0; head < heads; ++head) {
      float* const first = x + head * head_dim;
      float* const second = first + half;
      ForVectors(half, [&](std::int64_t i, auto d) {
        const auto a = hn::LoadU(d, first + i);
        const auto b = hn::LoadU(d, second + i);
        const auto c = hn::LoadU(d, cos + i);
        const auto s = hn::LoadU(d, sin + i);
        hn::StoreU(hn::NegMulAdd(b, s, hn::Mul(a, c)), d, first + i);
        hn::StoreU(hn::MulAdd(a, s, hn::Mul(b, c)), d, second + i);
      });
    }
  }
}

void GatedSilu(const float* gate, const float* up, std::int64_t count, float* y) {
  ForVectors(count, [&](std::int64_t i, auto d) {
    const auto g = hn::LoadU(d, gate + i);
    const auto one = hn::Set(d, 1.0F);
    // From exp(88) on, silu is 0 to float32; the exponential is not defined far above.
    const auto exponential = hn::Exp(d, hn::Min(hn::Neg(g), hn::Set(d, 88.0F)));
    const auto silu = hn::Div(g, hn::Add(one, exponential));
    hn::StoreU(hn::Mul(silu, hn::LoadU(d, up + i)), d, y + i);
  });
}

}  // namespace evotoken::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace evotoken::kernels {

HWY_EXPORT(RmsNormRows);
HWY_EXPORT(RotateRows);
HWY_EXPORT(GatedSilu);

void rms_norm_rows(const float* x, const float* weight, float eps, std::int64_t rows,
                   std::int64_t width, float* y) {
  HWY_DYNAMIC_DISPATCH(RmsNormRows)(x, weight, eps, rows, width, y);
}

void rotate_rows(float* x, std::int64_t stride, std::int64_t rows, std::int64_t heads,
                 std::int64_t head_dim, const float* cos, const float* sin) {
  HWY_DYNAMIC_DISPATCH(RotateRows)(x, stride, rows, heads, head_dim, cos, sin);
}

void gated_silu(const float* gate, const float* up, std::int64_t count, float* y) {
  HWY_DYNAMIC_DISPATCH(GatedSilu)(gate, up, count, y);
}

}  // namespace evotoken::kernels
#endif
