#include "engine/model/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace evotoken::model {
namespace {

TEST(Device, NamesAreChecked) {
  EXPECT_TRUE(open_device("cpu").is_cpu());
  for (const char* name : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1x", "CUDA"}) {
    EXPECT_THROW(open_device(name), UsageError) << name;
  }
}

TEST(Device, AutoAlwaysFindsOneAndANamedGpuMustBeThere) {
  const c10::Device device = open_device("auto");
  EXPECT_FALSE(describe_device(device).empty());
  if (device.is_cuda()) GTEST_SKIP() << "this machine has a GPU";
  EXPECT_THROW(open_device("cuda"), DeviceError);
}

TEST(Dtype, NamesAreChecked) {
  EXPECT_FALSE(parse_dtype("auto").has_value());
  for (const char* name : {"float32", "bfloat16", "float16"}) {
    EXPECT_EQ(dtype_name(*parse_dtype(name)), name);
  }
  EXPECT_THROW(parse_dtype("fp8"), UsageError);
}

TEST(Memory, PeakIsCounted) { EXPECT_GT(peak_host_memory_bytes(), 1'000'000); }

}  // namespace
}  // namespace evotoken::model
