// Random numbers that are the same on every machine and with every standard library.
#pragma once

#include <cstddef>
#include <cstdint>

namespace evotoken::reports {

/// SplitMix64: one 64-bit state, passes BigCrush. std::uniform_int_distribution differs between
/// libraries, so the bounded draw is here too.
/// Source: G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014; https://prng.di.unimi.it/splitmix64.c
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

  /// An index in [0, size), size in [1, 2^32): multiply-and-shift on the upper 32 bits, whose bias
  /// is below size / 2^32.
  std::size_t index(std::size_t size) {
    return static_cast<std::size_t>(((next() >> 32U) * static_cast<std::uint64_t>(size)) >> 32U);
  }

 private:
  std::uint64_t state_;
};

}  // namespace evotoken::reports
