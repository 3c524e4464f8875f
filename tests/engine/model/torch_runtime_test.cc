#include "engine/model/torch_runtime.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evotoken::model {
namespace {

TEST(TorchRuntime, MemoryAndIndexAreOfAGpuAlone) {
  EXPECT_EQ(gpu_index(c10::Device(c10::kCPU)), std::nullopt);
  EXPECT_EQ(gpu_index(c10::Device(c10::kCUDA)), 0);
  EXPECT_EQ(gpu_index(c10::Device(c10::kCUDA, 3)), 3);
  EXPECT_EQ(peak_device_memory_bytes(c10::Device(c10::kCPU)), std::nullopt);
}

TEST(TorchRuntime, SaysItsVersion) {
  EXPECT_THAT(libtorch_version(), ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

TEST(TorchRuntime, KeepsNoGradientsWhileAsked) {
  {
    const WithoutGradients none;
    EXPECT_TRUE(at::zeros({1}).is_inference());
  }
  EXPECT_FALSE(at::zeros({1}).is_inference());
}

TEST(TorchRuntime, SetsTheThreads) {
  const int before = at::get_num_threads();
  set_threads(1);
  EXPECT_EQ(at::get_num_threads(), 1);
  set_threads(before);
}

}  // namespace
}  // namespace evotoken::model
