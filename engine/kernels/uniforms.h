// Random numbers that are a function of where they are used, not of when they are drawn.
//
// u(seed, sample, step, position, row) is one draw of Philox4x32-10 (Salmon et al., SC'11;
// LibTorch's implementation). Key: hash of seed and sample id. Counter: (position, step, row/2),
// which gives two doubles of 53 random bits. Batch size, order and number of workers cannot change
// it (spec: decoding.md, "Randomness").
#pragma once

#include <ATen/core/PhiloxRNGEngine.h>

#include <cstdint>

#if defined(__CUDACC__) && !defined(__CUDACC_RELAXED_CONSTEXPR__)
#error "compile with --expt-relaxed-constexpr, or nvcc drops the draws of at::Philox4_32 silently"
#endif

namespace evotoken::kernels {

/// Two neighbouring draws, for the rows 2·pair and 2·pair + 1.
struct UniformPair {
  double even;
  double odd;
};

/// `key` from seed and sample id; `step` counts forward passes from 0; `position` counts from the
/// first prompt token. Values in [0, 1), multiples of 2^-53.
C10_HOST_DEVICE inline UniformPair uniform_pair(std::uint64_t key, std::uint32_t step,
                                                std::uint32_t position, std::uint64_t pair) {
  const std::uint64_t subsequence = (static_cast<std::uint64_t>(step) << 32) | position;
  at::Philox4_32 philox(key, subsequence, pair);
  std::uint64_t bits[2];
  for (std::uint64_t& word : bits) {
    const std::uint64_t low = philox();
    word = (static_cast<std::uint64_t>(philox()) << 32) | low;
  }
  constexpr double kScale = 1.0 / 9007199254740992.0;  // 2^-53
  return {static_cast<double>(bits[0] >> 11) * kScale, static_cast<double>(bits[1] >> 11) * kScale};
}

/// The draw of one vocabulary row.
C10_HOST_DEVICE inline double uniform(std::uint64_t key, std::uint32_t step, std::uint32_t position,
                                      std::uint64_t row) {
  const UniformPair both = uniform_pair(key, step, position, row / 2);
  return row % 2 == 0 ? both.even : both.odd;
}

}  // namespace evotoken::kernels
