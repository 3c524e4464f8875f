#include "engine/model/device_input.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace evotoken::model {
namespace {

TEST(DeviceInput, HardAndSoftTokensKeepTheirShapesAndTypes) {
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kDouble}) {
    const PackedInput soft = PackedInput::soft(at::arange(15, at::kLong).view({5, 3}),
                                               at::rand({5, 3}).to(dtype), {{5, 1, 2}});
    const PackedInput copy = copy_to(at::kCPU, soft);
    EXPECT_TRUE(at::equal(copy.soft_ids, soft.soft_ids));
    EXPECT_TRUE(at::equal(copy.soft_weights, soft.soft_weights));
    EXPECT_NE(copy.soft_ids.const_data_ptr(), soft.soft_ids.const_data_ptr());
    EXPECT_EQ(copy.sequences, soft.sequences);
    EXPECT_FALSE(copy.ids.defined());
  }
  // Not contiguous, as a window of a sequence is not.
  const PackedInput hard =
      PackedInput::hard(at::arange(14, at::kLong).slice(0, 0, 14, 2), {{7, 0}});
  const PackedInput copy = copy_to(at::kCPU, hard);
  EXPECT_TRUE(at::equal(copy.ids, hard.ids));
  EXPECT_FALSE(copy.soft_ids.defined());
}

TEST(DeviceInput, WhatIsThereAlreadyIsNotCopied) {
  const PackedInput input = PackedInput::hard(at::arange(7, at::kLong), {{7, 0}});
  EXPECT_EQ(on_device(input, at::kCPU).ids.const_data_ptr(), input.ids.const_data_ptr());
}

}  // namespace
}  // namespace evotoken::model
