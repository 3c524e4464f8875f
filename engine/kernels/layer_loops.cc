// Compiled once per instruction set, like vector_loops.cc.
#include "engine/kernels/layer_loops.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels/layer_loops.cc"
#include <hwy/foreach_target.h>
// Highway's headers must follow.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <cmath>
#include <type_traits>

#include "engine/kernels/load_floats-inl.h"

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

template <class D>
HWY_INLINE void StoreFloats(hn::Vec<D> v, D d, float* to) {
  hn::StoreU(v, d, to);
}

/// The upper halves of float32 numbers rounded to bfloat16, in words; NaN is 0x7FC0 as in c10.
template <class D>
HWY_INLINE hn::Vec<hn::RebindToUnsigned<D>> RoundedHalves(D d, hn::Vec<D> v) {
  const hn::RebindToUnsigned<D> words;
  const auto bits = hn::BitCast(words, v);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(words, 1U));
  const auto nearest = hn::ShiftRight<16>(hn::Add(bits, hn::Add(odd, hn::Set(words, 0x7FFFU))));
  const auto is_nan = hn::MaskFromVec(hn::BitCast(words, hn::VecFromMask(d, hn::IsNaN(v))));
  return hn::IfThenElse(is_nan, hn::Set(words, 0x7FC0U), nearest);
}

template <class D>
HWY_INLINE void StoreFloats(hn::Vec<D> v, D d, c10::BFloat16* to) {
  const hn::Rebind<std::uint16_t, D> halves;
  const hn::RebindToSigned<D> integers;
  const auto bits = hn::BitCast(integers, RoundedHalves(d, v));
  hn::StoreU(hn::DemoteTo(halves, bits), halves, reinterpret_cast<std::uint16_t*>(to));
}

/// v as it would come back from memory of type T.
template <typename T, class D>
HWY_INLINE hn::Vec<D> RoundedTo(D d, hn::Vec<D> v) {
  if constexpr (std::is_same_v<T, float>) {
    return v;
  } else {
    return hn::BitCast(d, hn::ShiftLeft<16>(RoundedHalves(d, v)));
  }
}

template <typename T>
float SumOfSquares(const T* x, std::int64_t n) {
  const Floats d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  auto even = hn::Zero(d);
  auto odd = hn::Zero(d);
  std::int64_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    const auto a = LoadFloats(d, x + i);
    const auto b = LoadFloats(d, x + i + lanes);
    even = hn::MulAdd(a, a, even);
    odd = hn::MulAdd(b, b, odd);
  }
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd)));
  for (; i < n; ++i) sum += static_cast<float>(x[i]) * static_cast<float>(x[i]);
  return sum;
}

template <typename T>
void Normalise(const RmsNormRows<T>& work) {
  const T* x = work.x;
  T* y = work.y;
  for (std::int64_t row = 0; row < work.rows; ++row, x += work.width, y += work.width) {
    const float mean_square = SumOfSquares(x, work.width) / static_cast<float>(work.width);
    const float scale = 1.0F / std::sqrt(mean_square + work.eps);
    ForVectors(work.width, [&](std::int64_t i, auto d) {
      const auto scaled = RoundedTo<T>(d, hn::Mul(LoadFloats(d, x + i), hn::Set(d, scale)));
      StoreFloats(hn::Mul(scaled, LoadFloats(d, work.weight + i)), d, y + i);
    });
  }
}

template <typename T>
void Rotate(const RotateRows<T>& work) {
  const std::int64_t half = work.head_dim / 2;
  for (std::int64_t row = 0; row < work.rows; ++row) {
    const float* const cos = work.cos + row * work.head_dim;
    const float* const sin = work.sin + row * work.head_dim;
    for (std::int64_t head = 0; head < work.heads; ++head) {
      T* const first = work.x + row * work.stride + head * work.head_dim;
      T* const second = first + half;
      ForVectors(half, [&](std::int64_t i, auto d) {
        const auto a = LoadFloats(d, first + i);
        const auto b = LoadFloats(d, second + i);
        const auto c = hn::LoadU(d, cos + i);
        const auto s = hn::LoadU(d, sin + i);
        StoreFloats(hn::NegMulAdd(b, s, hn::Mul(a, c)), d, first + i);
        StoreFloats(hn::MulAdd(a, s, hn::Mul(b, c)), d, second + i);
      });
    }
  }
}

template <typename T>
void Gate(const GatedSilu<T>& work) {
  ForVectors(work.count, [&](std::int64_t i, auto d) {
    const auto g = LoadFloats(d, work.gate + i);
    const auto one = hn::Set(d, 1.0F);
    // From exp(88) on, silu is 0 to float32; the exponential is not defined far above.
    const auto exponential = hn::Exp(d, hn::Min(hn::Neg(g), hn::Set(d, 88.0F)));
    const auto silu = RoundedTo<T>(d, hn::Div(g, hn::Add(one, exponential)));
    StoreFloats(hn::Mul(silu, LoadFloats(d, work.up + i)), d, work.y + i);
  });
}

// What is exported must not be a template.
#define EVOTOKEN_LOOPS_OF(T, SUFFIX)                                      \
  void Normalise##SUFFIX(const RmsNormRows<T>& work) { Normalise(work); } \
  void Rotate##SUFFIX(const RotateRows<T>& work) { Rotate(work); }        \
  void Gate##SUFFIX(const GatedSilu<T>& work) { Gate(work); }
EVOTOKEN_LOOPS_OF(float, Float32)
EVOTOKEN_LOOPS_OF(c10::BFloat16, BFloat16)
#undef EVOTOKEN_LOOPS_OF

}  // namespace evotoken::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace evotoken::kernels {

#define EVOTOKEN_CHOOSE_LOOPS_OF(T, SUFFIX)                                                   \
  HWY_EXPORT(Normalise##SUFFIX);                                                              \
  HWY_EXPORT(Rotate##SUFFIX);                                                                 \
  HWY_EXPORT(Gate##SUFFIX);                                                                   \
  void rms_norm_rows(const RmsNormRows<T>& work) {                                            \
    HWY_DYNAMIC_DISPATCH(Normalise##SUFFIX)(work);                                            \
  }                                                                                           \
  void rotate_rows(const RotateRows<T>& work) { HWY_DYNAMIC_DISPATCH(Rotate##SUFFIX)(work); } \
  void gated_silu(const GatedSilu<T>& work) { HWY_DYNAMIC_DISPATCH(Gate##SUFFIX)(work); }
EVOTOKEN_CHOOSE_LOOPS_OF(float, Float32)
EVOTOKEN_CHOOSE_LOOPS_OF(c10::BFloat16, BFloat16)
#undef EVOTOKEN_CHOOSE_LOOPS_OF

}  // namespace evotoken::kernels
#endif
