#include "engine/model/device_input.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace evotoken::model {
namespace {

TEST(DeviceInput, HardAndSoftTokensKeepTheirShapesAndTypes) {
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kDouble}) {
    const PackedInput soft = PackedInput::soft(at::arange(15, at::kLong).view({5, 3}),
                                               at::rand({5, 3}).to(dtype), {{5, 1, 2}});
    DeviceInput placed(soft, at::kCPU);
    placed.fill(soft);
    EXPECT_TRUE(at::equal(placed.input().soft_ids, soft.soft_ids));
    EXPECT_TRUE(at::equal(placed.input().soft_weights, soft.soft_weights));
    EXPECT_EQ(placed.input().sequences, soft.sequences);
    EXPECT_FALSE(placed.input().ids.defined());
  }
  const PackedInput hard = PackedInput::hard(at::arange(7, at::kLong), {{7, 0}});
  DeviceInput placed(hard, at::kCPU);
  placed.fill(hard);
  EXPECT_TRUE(at::equal(placed.input().ids, hard.ids));
  EXPECT_FALSE(placed.input().soft_ids.defined());
}

TEST(DeviceInput, ItIsFilledInPlace) {
  const PackedInput first = PackedInput::hard(at::arange(7, at::kLong), {{7, 0}});
  DeviceInput placed(first, at::kCPU);
  placed.fill(first);
  const void* const memory = placed.input().ids.const_data_ptr();
  const at::Tensor wider = at::arange(20, 34, at::kLong);
  const PackedInput second = PackedInput::hard(wider.slice(0, 0, 14, 2), {{7, 0}});
  placed.fill(second);
  EXPECT_EQ(placed.input().ids.const_data_ptr(), memory);
  EXPECT_TRUE(at::equal(placed.input().ids, second.ids));
}

TEST(DeviceInput, WhatIsThereAlreadyIsNotCopied) {
  const PackedInput input = PackedInput::hard(at::arange(7, at::kLong), {{7, 0}});
  EXPECT_EQ(on_device(input, at::kCPU).ids.const_data_ptr(), input.ids.const_data_ptr());
}

}  // namespace
}  // namespace evotoken::model
