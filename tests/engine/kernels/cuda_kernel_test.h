// Tests of CUDA kernels are in two programs: kernels_test runs them on a GPU, where there is one,
// and emulated_kernels_test has the host play them everywhere (emulated_cuda/cuda_runtime.h).
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "engine/kernels/predict_rows.h"
#include "engine/model/device.h"

namespace evotoken::testing {

#ifdef EVOTOKEN_EMULATED_CUDA
inline constexpr bool kEmulated = true;
#else
inline constexpr bool kEmulated = false;
#endif

class CudaKernelTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (kEmulated) return;
    if (!kernels::built_with_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: built without nvcc";
    device = model::open_device("auto");
    if (!device.is_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: no usable one on this machine";
  }

  /// In whose memory the kernels work.
  inline static at::Device device = at::kCPU;
};

}  // namespace evotoken::testing
