// The search of one thread for the candidate under Gumbel noise (predict_rows.h): bounds of the
// noise for all of its logits, the noise itself only for those that may win. Otherwise as
// tile_scan.h, which says what a tile is.
#pragma once

#include <ATen/core/PhiloxRNGEngine.h>

#include "engine/kernels/tile_scan.h"
#include "engine/kernels/uniforms.h"
#include "engine/kernels/vector_loops.h"

namespace evotoken::kernels::tiles {

/// Where a row's noise comes from.
struct Noise {
  NoiseStream stream;
  const double* uniforms;  ///< [vocab] of this row, used instead of `stream`; or null
  double temperature;      ///< > 0
  std::int32_t banned;     ///< never the candidate; or −1

  C10_HOST_DEVICE Noise(const PredictRowsInput& input, std::int64_t row)
      : stream{input.current_key(), input.current_step(), input.position(row)},
        uniforms(input.uniforms == nullptr ? nullptr : input.uniforms + row * input.vocab),
        temperature(input.temperature),
        banned(input.ban_mask ? static_cast<std::int32_t>(input.mask_id) : -1) {}

  C10_HOST_DEVICE double uniform_of(std::int32_t id) const {
    if (uniforms != nullptr) return uniforms[id];
    return uniform(stream.key, stream.step, stream.position, static_cast<std::uint64_t>(id));
  }
};

/// The upper 32 of the 53 random bits of u, for two neighbouring rows (uniforms.h).
struct HighWords {
  std::uint32_t even;
  std::uint32_t odd;
};

C10_HOST_DEVICE inline HighWords high_words(const NoiseStream& stream, std::uint64_t pair) {
  const std::uint64_t subsequence =
      (static_cast<std::uint64_t>(stream.step) << 32) | stream.position;
  at::Philox4_32 philox(stream.key, subsequence, pair);
  HighWords words{};
  philox();
  words.even = philox();
  philox();
  words.odd = philox();
  return words;
}

C10_HOST_DEVICE inline int leading_ones(std::uint32_t bits) {
#ifdef __CUDA_ARCH__
  return __clz(static_cast<int>(~bits));
#else
  return bits == 0xFFFFFFFFU ? 32 : __builtin_clz(~bits);
#endif
}

/// Bounds of the noise g = −ln(−ln u), in units of ln 2, where u begins with k ones and a zero:
/// u < 1 − 2^-(k+1), and −ln u > 1 − u, so g < (k + 1)·ln 2; after 32 ones, u ≤ 1 − 2^-53.
C10_HOST_DEVICE inline float noise_below(int k) {
  return k == 32 ? 53.1F : static_cast<float>(k + 1);
}
/// From k ≥ 1 ones on, 1 − u ≤ 2^-k ≤ 1/2, so −ln u ≤ 2·ln 2·2^-k and g is at most so much (1.4713
/// = 1 + log2(2·ln 2) + rounding) below (k + 1)·ln 2.
inline constexpr float kNoiseGap = 1.4713F;

/// What noise can make of a thread's logits.
struct NoiseBounds {
  float upper[kPackets];  ///< no logit of the packet gets above
  float lower;            ///< one logit gets as far at least
};

template <typename T>
C10_HOST_DEVICE NoiseBounds bound_noise(const RowView<T>& row, const Noise& noise, int tile,
                                        int thread) {
  const float unit = static_cast<float>(noise.temperature) * 0.6931472F;  // ln 2
  NoiseBounds bounds;
  bounds.lower = -kInfinity;
  EVOTOKEN_UNROLL
  for (float& upper : bounds.upper) upper = kInfinity;
  if (noise.uniforms != nullptr) return bounds;  // tests only: all are looked at closely
  EVOTOKEN_KEEP_ROLLED
  for (int p = 0; p < kPackets; ++p) {
    const std::int32_t first = packet_begin(tile, thread, p);
    const Packet<T> packet(row, first);
    float upper = -kInfinity;
    EVOTOKEN_UNROLL
    for (int j = 0; j < kPacket; ++j) {
      const HighWords words =
          high_words(noise.stream, static_cast<std::uint64_t>(first / 2 + j / 2));
      const int ones = leading_ones(j % 2 == 1 ? words.odd : words.even);
      const float logit = first + j == noise.banned ? -kInfinity : packet[j];
      const float reach = logit + unit * noise_below(ones);
      upper = ::fmaxf(upper, reach);
      // u may be 0 where it does not begin with a one; 32 ones would ask for a gap of their own.
      if (ones > 0 && ones < 32) bounds.lower = ::fmaxf(bounds.lower, reach);
    }
    EVOTOKEN_UNROLL
    for (int q = 0; q < kPackets; ++q) bounds.upper[q] = q == p ? upper : bounds.upper[q];
  }
  bounds.lower -= unit * kNoiseGap;
  return bounds;
}

/// What must be reached to win against `lower`, less than the rounding of the bounds in float32.
C10_HOST_DEVICE inline float needed_reach(float lower, double temperature) {
  return lower - 1e-5F * (::fabsf(lower) + 150.0F * static_cast<float>(temperature));
}

/// The first of the thread's logits with noise, computed in double as the plain kernel does,
/// among the `promising` packets (promising_packets() of the bounds' upper and needed_reach()).
template <typename T>
C10_HOST_DEVICE Contender find_contender(const RowView<T>& row, const Noise& noise, int tile,
                                         int thread, unsigned promising) {
  Contender best = no_contender();
  EVOTOKEN_KEEP_ROLLED
  for (int p = 0; promising >> p != 0; ++p) {
    if ((promising >> p & 1U) == 0) continue;
    const std::int32_t first = packet_begin(tile, thread, p);
    EVOTOKEN_KEEP_ROLLED
    for (std::int32_t id = first; id < first + kPacket; ++id) {
      if (!row.takes_part(id) || id == noise.banned) continue;
      const float logit = row[id];
      const double gumbel = -::log(-::log(noise.uniform_of(id)));
      const double value = static_cast<double>(logit) + noise.temperature * gumbel;
      // False for NaN; −∞ never becomes a candidate either.
      if (value > best.value) best = {value, logit, id};
    }
  }
  return best;
}

}  // namespace evotoken::kernels::tiles
