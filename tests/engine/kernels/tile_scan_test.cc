// Thresholds of a tile. That tiles come to what the plain kernel finds: predict_rows_cuda_test.cc.
#include "engine/kernels/tile_scan.h"

#include <gtest/gtest.h>

#include <array>

namespace evotoken::kernels::tiles {
namespace {

TEST(TileScan, ThresholdIsTheKthLargest) {
  const std::array<float, kWarps> maxima = {3, 9, -kInfinity, 9, 1, 0, -2, 5};
  const std::array<float, kWarps> sorted = {9, 9, 5, 3, 1, 0, -2, -kInfinity};
  for (int k = 1; k <= kWarps; ++k) {
    EXPECT_EQ(top_threshold(maxima.data(), k), sorted[static_cast<std::size_t>(k - 1)]) << k;
  }
}

}  // namespace
}  // namespace evotoken::kernels::tiles
