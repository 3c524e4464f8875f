// Packed weights against LibTorch's products, over shapes that fill panels and that do not.
#include "engine/model/packed_weight.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include "engine/model/linear.h"
#include "engine/model/torch_runtime.h"

namespace evotoken::model {
namespace {

at::Tensor exact_product(const at::Tensor& x, const at::Tensor& weight) {
  return at::mm(x.to(at::kDouble), weight.to(at::kDouble).t());
}

TEST(PackedWeight, ProductIsThatOfTheWeightInEveryType) {
  at::manual_seed(1);
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    for (const std::int64_t rows : {1, 7, 32, 100}) {
      for (const std::int64_t out : {5, 32, 1030}) {
        const at::Tensor x = at::randn({rows, 96}).to(type);
        const at::Tensor weight = at::randn({out, 96}).to(type);
        const at::Tensor y = PackedWeight(weight).multiply(x);
        EXPECT_EQ(y.scalar_type(), type);
        const double rounding = type == at::kFloat ? 1e-5 : type == at::kHalf ? 1e-3 : 8e-3;
        EXPECT_TRUE(at::allclose(y.to(at::kDouble), exact_product(x, weight), rounding, 1e-4))
            << type << ", " << rows << " rows, " << out << " columns";
      }
    }
  }
}

TEST(PackedWeight, ScalesMultiplyColumns) {
  at::manual_seed(2);
  const at::Tensor x = at::randn({5, 40});
  const at::Tensor weight = at::randint(-127, 128, {70, 40}, at::kChar);
  const at::Tensor scales = at::rand({70});
  const at::Tensor expected = exact_product(x, weight) * scales;
  EXPECT_TRUE(
      at::allclose(PackedWeight(weight, scales).multiply(x).to(at::kDouble), expected, 1e-5, 1e-3));
}

TEST(PackedWeight, TilesAndThreadsGiveTheSameNumbers) {
  at::manual_seed(3);
  const at::Tensor x = at::randn({64, 512});
  const PackedWeight weight(at::randn({2000, 512}));
  const int threads = at::get_num_threads();
  set_threads(1);
  const at::Tensor alone = weight.multiply(x);
  set_threads(3);
  EXPECT_TRUE(at::equal(weight.multiply(x), alone));
  set_threads(threads);
  const at::Tensor by_tiles = at::zeros({64, 2000});
  for (const std::int64_t first : {0, 1024, 1504}) {
    const std::int64_t end = first == 0 ? 1024 : first == 1024 ? 1504 : 2000;
    float* const y = by_tiles.mutable_data_ptr<float>() + first;
    weight.multiply_tile(PackedRows(x), {first, end - first, y, 2000});
  }
  EXPECT_TRUE(at::equal(by_tiles, alone));
  EXPECT_TRUE(at::equal(weight.multiply(x.narrow(0, 9, 1)), alone.narrow(0, 9, 1)))
      << "the rows beside it matter";
}

TEST(Linear, PackedItGivesItsMemoryBackAndIsTheSameLayer) {
  const c10::InferenceMode inference;
  at::manual_seed(4);
  const at::Tensor weight = at::randn({40, 24});
  const at::Tensor x = at::randn({6, 24});
  Linear layer{weight};
  layer.lora = weights::LoraUpdate{at::randn({4, 24}), at::randn({40, 4}), 0.5};
  const at::Tensor expected = layer(x);
  layer.pack();
  EXPECT_FALSE(layer.weight.defined());
  EXPECT_EQ(layer.out_features(), 40);
  EXPECT_GE(layer.packed->bytes(), 64U * 24U * sizeof(float)) << "two panels";
  EXPECT_TRUE(at::allclose(layer(x), expected, 1e-4, 1e-4));
}

TEST(Linear, WhatLibTorchMultipliesFasterIsLeftToIt) {
  Linear layer{at::ones({4, 4}, at::kDouble)};
  layer.pack();
  EXPECT_TRUE(layer.weight.defined());
  EXPECT_EQ(layer.packed, nullptr);
}

}  // namespace
}  // namespace evotoken::model
