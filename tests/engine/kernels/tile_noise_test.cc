// The bounds by which the GPU's kernel leaves noise uncomputed.
#include "engine/kernels/tile_noise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "engine/kernels/uniforms.h"

namespace evotoken::kernels::tiles {
namespace {

TEST(TileNoise, BoundsHoldAndAreTight) {
  const NoiseStream stream{99, 3, 7};
  for (std::uint64_t pair = 0; pair < 200'000; ++pair) {
    const UniformPair exact = uniform_pair(stream.key, stream.step, stream.position, pair);
    const HighWords words = high_words(stream, pair);
    for (const auto& [u, word] : {std::pair{exact.even, words.even}, {exact.odd, words.odd}}) {
      ASSERT_EQ(static_cast<std::uint32_t>(u * 0x1p32), word);
      const int ones = leading_ones(word);
      const double noise = -std::log(-std::log(u)) / std::log(2.0);
      ASSERT_LT(noise, static_cast<double>(noise_below(ones)));
      if (ones > 0) {
        ASSERT_GT(noise, static_cast<double>(noise_below(ones) - kNoiseGap));
      }
    }
  }
  EXPECT_EQ(leading_ones(0), 0);
  EXPECT_EQ(leading_ones(0xFFFFFFFEU), 31);
  EXPECT_EQ(leading_ones(0xFFFFFFFFU), 32);
  EXPECT_GT(static_cast<double>(noise_below(32)) * std::log(2.0),
            -std::log(-std::log(1 - 0x1p-53)));
}

}  // namespace
}  // namespace evotoken::kernels::tiles
