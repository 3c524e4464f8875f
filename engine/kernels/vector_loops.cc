// Each loop below is compiled once per instruction set (this file includes itself, see Highway's
// quick reference, "Dynamic dispatch"); the exported functions at the end choose at run time.
#include "engine/kernels/vector_loops.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels/vector_loops.cc"
#include <hwy/foreach_target.h>
// Highway's headers must follow.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <limits>

HWY_BEFORE_NAMESPACE();
namespace evotoken::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Words = hn::ScalableTag<std::uint32_t>;
using DoubleWords = hn::ScalableTag<std::uint64_t>;
using Word = hn::Vec<Words>;

float Maximum(const float* x, std::size_t n) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  auto best = hn::Set(d, -std::numeric_limits<float>::infinity());
  auto odd_one = hn::Zero(d);  // 0 or NaN: x − x would be NaN for infinities as well
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto v = hn::LoadU(d, x + i);
    best = hn::Max(best, v);
    odd_one = hn::IfThenElse(hn::Eq(v, v), odd_one, v);
  }
  float result = hn::GetLane(hn::MaxOfLanes(d, best));
  bool not_a_number = !hn::AllTrue(d, hn::Eq(odd_one, odd_one));
  for (; i < n; ++i) {
    not_a_number = not_a_number || std::isnan(x[i]);
    result = std::max(result, x[i]);
  }
  return not_a_number ? std::numeric_limits<float>::quiet_NaN() : result;
}

#if HWY_TARGET == HWY_SCALAR  // what runs where no vectors do

double SumExp(const float* x, std::size_t n, float shift) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    sum += std::exp(static_cast<double>(x[i]) - static_cast<double>(shift));
  return sum;
}

std::size_t GumbelContenders(const float* /*x*/, std::size_t pairs, std::uint64_t /*first_pair*/,
                             const NoisyGoal& /*goal*/, std::uint32_t* found) {
  for (std::size_t i = 0; i < 2 * pairs; ++i) found[i] = static_cast<std::uint32_t>(i);
  return 2 * pairs;
}

#else

double SumExp(const float* x, std::size_t n, float shift) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> narrow;
  const std::size_t lanes = hn::Lanes(d);
  const auto by = hn::Set(d, static_cast<double>(shift));
  const auto term = [&](std::size_t at) {
    return hn::Exp(d, hn::Sub(hn::PromoteTo(d, hn::LoadU(narrow, x + at)), by));
  };
  auto even = hn::Zero(d);  // two sums, so that additions need not wait for each other
  auto odd = hn::Zero(d);
  std::size_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    even = hn::Add(even, term(i));
    odd = hn::Add(odd, term(i + lanes));
  }
  double result = hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd)));
  for (; i < n; ++i) result += std::exp(static_cast<double>(x[i]) - static_cast<double>(shift));
  return result;
}

struct Product {
  Word low;
  Word high;
};

/// The 64-bit products of all 32-bit lanes with `factor`, by halves.
HWY_INLINE Product Multiply(Word a, std::uint32_t factor) {
  const Words d;
  const DoubleWords wide;
  const Word f = hn::Set(d, factor);
  const auto even = hn::MulEven(a, f);
  const auto odd = hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, a))), f);
  return {hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even)),
          hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, hn::ShiftRight<32>(even)))};
}

struct HighWords {
  Word even;  // of the first draw of each pair
  Word odd;   // of the second
};

/// Philox4x32-10 of the counters (pair, 0, position, step): the upper 32 bits of each pair's two
/// 64-bit draws.
HWY_INLINE HighWords DrawHighWords(Word pair, const NoiseStream& stream) {
  const Words d;
  Word c0 = pair;
  Word c1 = hn::Zero(d);
  Word c2 = hn::Set(d, stream.position);
  Word c3 = hn::Set(d, stream.step);
  auto key0 = static_cast<std::uint32_t>(stream.key);
  auto key1 = static_cast<std::uint32_t>(stream.key >> 32);
  for (int round = 0; round < 10; ++round) {
    const Product p0 = Multiply(c0, 0xD2511F53U);
    const Product p1 = Multiply(c2, 0xCD9E8D57U);
    c0 = hn::Xor(hn::Xor(p1.high, c1), hn::Set(d, key0));
    c2 = hn::Xor(hn::Xor(p0.high, c3), hn::Set(d, key1));
    c1 = p1.low;
    c3 = p0.low;
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
  return {c1, c3};
}

/// temperature · ln 2 · k with u < 1 − 2^-k, from the upper word of u's random bits.
HWY_INLINE hn::Vec<Floats> NoiseBound(Word high, float temperature) {
  const Words d;
  const Floats floats;
  const hn::RebindToSigned<Words> ints;
  // 1 − u ≥ t · 2^-24, exactly represented; its exponent says how small it is at least.
  const Word t = hn::ShiftRight<8>(hn::Not(high));
  const auto exact = hn::ConvertTo(floats, hn::BitCast(ints, t));
  const auto exponent =
      hn::ConvertTo(floats, hn::BitCast(ints, hn::ShiftRight<23>(hn::BitCast(d, exact))));
  const float scale = temperature * 0.6931472F;
  return hn::NegMulAdd(hn::Set(floats, scale), exponent, hn::Set(floats, scale * 151.0F));
}

std::size_t GumbelContenders(const float* x, std::size_t pairs, std::uint64_t first_pair,
                             const NoisyGoal& goal, std::uint32_t* found) {
  const Words d;
  const Floats floats;
  const std::size_t lanes = hn::Lanes(d);
  const auto least = hn::Set(floats, goal.needed);
  std::size_t count = 0;
  std::size_t i = 0;
  const auto report = [&](auto reaches, std::uint32_t offset) {
    if (hn::AllFalse(floats, reaches)) return;
    std::uint8_t bits[HWY_MAX_BYTES / 8 + 8] = {};
    hn::StoreMaskBits(floats, reaches, bits);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      if ((bits[lane / 8] >> (lane % 8) & 1) == 0) continue;
      found[count++] = static_cast<std::uint32_t>(2 * (i + lane)) + offset;
    }
  };
  for (; i + lanes <= pairs; i += lanes) {
    hn::Vec<Floats> even;
    hn::Vec<Floats> odd;
    hn::LoadInterleaved2(floats, x + 2 * i, even, odd);
    const auto pair = hn::Iota(d, static_cast<std::uint32_t>(first_pair + i));
    const HighWords high = DrawHighWords(pair, goal.stream);
    report(hn::Ge(hn::Add(even, NoiseBound(high.even, goal.temperature)), least), 0);
    report(hn::Ge(hn::Add(odd, NoiseBound(high.odd, goal.temperature)), least), 1);
  }
  // What fills no vector is looked at closely by the caller.
  for (i *= 2; i < 2 * pairs; ++i) found[count++] = static_cast<std::uint32_t>(i);
  return count;
}

#endif

}  // namespace evotoken::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace evotoken::kernels {

HWY_EXPORT(Maximum);
HWY_EXPORT(SumExp);
HWY_EXPORT(GumbelContenders);

float maximum(const float* x, std::size_t n) { return HWY_DYNAMIC_DISPATCH(Maximum)(x, n); }

double sum_exp(const float* x, std::size_t n, float shift) {
  return HWY_DYNAMIC_DISPATCH(SumExp)(x, n, shift);
}

std::size_t gumbel_contenders(const float* x, std::size_t pairs, std::uint64_t first_pair,
                              const NoisyGoal& goal, std::uint32_t* found) {
  return HWY_DYNAMIC_DISPATCH(GumbelContenders)(x, pairs, first_pair, goal, found);
}

}  // namespace evotoken::kernels
#endif
