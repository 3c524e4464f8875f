// The recorder of CUDA graphs where there are none. What is recorded: block_graphs_test.cc.
#include "engine/model/cuda_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/model/device.h"

namespace evotoken::model {
namespace {

TEST(GraphRecorder, IsForGpus) {
  EXPECT_THROW(open_graph_recorder(at::kCPU), UsageError);
  if (open_device("auto").is_cuda()) GTEST_SKIP() << "this machine has a GPU";
  // Where LibTorch's CUDA libraries are not loaded, the library cannot be either.
  try {
    open_graph_recorder(c10::Device(at::kCUDA, 0));
    ADD_FAILURE() << "loaded";
  } catch (const DeviceError& error) {
    EXPECT_THAT(error.what(),
                ::testing::HasSubstr("libevotoken_cuda_graph.so cannot be used (lib"));
  }
}

}  // namespace
}  // namespace evotoken::model
