#include "engine/weights/save_tensors.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "engine/weights/tensor_store.h"
#include "tests/support.h"

namespace evotoken::weights {
namespace {

TEST(SaveTensors, WhatWasSavedIsLoaded) {
  const testing::TemporaryDir dir;
  const at::Tensor matrix = at::arange(12, at::kFloat).view({3, 4}) / 7;
  const NamedTensors tensors = {{"b", matrix.t()},  // not contiguous
                                {"a", at::full({}, 2.5)}};
  save_tensors(dir.path() / "model.safetensors", tensors, at::kFloat);
  const TensorStore store = TensorStore::open(dir.path());
  store.check({{"a", {}}, {"b", {4, 3}}});
  EXPECT_TRUE(at::equal(store.load("b", at::kFloat, at::kCPU), matrix.t()));
  EXPECT_EQ(store.load("a", at::kFloat, at::kCPU).item<float>(), 2.5F);
}

TEST(SaveTensors, RoundsToTheTypeAsked) {
  const testing::TemporaryDir dir;
  const at::Tensor values = at::arange(100, at::kFloat) / 3;
  for (const at::ScalarType dtype : {at::kBFloat16, at::kHalf}) {
    save_tensors(dir.path() / "model.safetensors", {{"x", values}}, dtype);
    const TensorStore store = TensorStore::open(dir.path());
    EXPECT_EQ(store.dominant_dtype(), dtype);
    EXPECT_TRUE(at::equal(store.load("x", dtype, at::kCPU), values.to(dtype)));
  }
  EXPECT_THROW(save_tensors(dir.path() / "x", {{"x", values}}, at::kLong), std::invalid_argument);
}

}  // namespace
}  // namespace evotoken::weights
