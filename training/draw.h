// Random numbers of training, as a function of where they are used: a resumed run draws what an
// uninterrupted one would have drawn.
#pragma once

#include <ATen/core/PhiloxRNGEngine.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace evotoken::training {

/// What a stream of draws decides.
enum class Stream : std::uint64_t { kOrder = 1, kNoise = 2, kDropout = 3 };

/// The draws of one place in the run: LibTorch's Philox4x32-10 keyed by seed, stream and index.
class Draw {
 public:
  Draw(std::uint64_t seed, Stream stream, std::uint64_t index)
      : philox_(seed, (static_cast<std::uint64_t>(stream) << 56) | index, 0) {}

  /// 64 random bits.
  std::uint64_t bits() {
    const std::uint64_t low = philox_();
    return (static_cast<std::uint64_t>(philox_()) << 32) | low;
  }
  /// In [0, 1), a multiple of 2^-53.
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// In [low, high], both included; the bias is below 2^-40 for the ranges used here.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(high - low + 1));
  }
  /// 0 … count − 1 in random order.
  std::vector<std::int64_t> permutation(std::int64_t count) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto j = static_cast<std::size_t>(between(0, static_cast<std::int64_t>(i)));
      order[i] = order[j];
      order[j] = static_cast<std::int64_t>(i);
    }
    return order;
  }

 private:
  at::Philox4_32 philox_;
};

}  // namespace evotoken::training
