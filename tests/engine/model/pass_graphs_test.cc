// Which passes are evaluated, recorded and replayed, with a stand-in for CUDA graphs; and with CUDA
// graphs on a GPU, that nothing else comes out.
#include "engine/model/pass_graphs.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/kernels/predict_rows.h"
#include "engine/model/cuda_graph.h"
#include "engine/model/device.h"
#include "tests/engine/golden_model.h"
#include "tests/engine/stand_in_recorder.h"

namespace evotoken::model {
namespace {

using testing::golden_model;
using testing::StandInRecorder;

PackedInput hard(std::int64_t length, std::int64_t wanted_begin = 0) {
  return PackedInput::hard(at::randint(0, 1000, {length}, at::kLong), {{length, wanted_begin}});
}

PackedInput soft(std::int64_t length, std::int64_t mixed) {
  return PackedInput::soft(at::randint(0, 1000, {length, mixed}, at::kLong),
                           at::rand({length, mixed}), {{length, 0}});
}

/// Any function of tokens and wanted rows.
at::Tensor sums(const PackedInput& input) {
  at::Tensor rows = input.ids.defined()
                        ? input.ids.to(at::kFloat)
                        : (input.soft_ids.to(at::kFloat) * input.soft_weights).sum(-1);
  return rows.slice(0, input.sequences[0].wanted_begin);
}

class PassGraphsTest : public ::testing::Test {
 protected:
  /// The passes so far, as "evaluated recorded replayed".
  static std::string told(const PassGraphs& graphs) {
    const PassGraphs::Counts counts = graphs.counts();
    return fmt::format("{} {} {}", counts.evaluated, counts.recorded, counts.replayed);
  }

  /// Runs `input`, whose result must be the plain one.
  static void run(PassGraphs& graphs, const PackedInput& input) {
    EXPECT_TRUE(at::equal(graphs.run(input, sums), sums(input)));
  }

  std::shared_ptr<StandInRecorder> recorder_ = std::make_shared<StandInRecorder>();
};

TEST_F(PassGraphsTest, FirstEvaluatedThenRecordedThenReplayed) {
  PassGraphs graphs(recorder_, at::kCPU);
  run(graphs, hard(5));
  EXPECT_EQ(told(graphs), "1 0 0");
  run(graphs, hard(5));
  EXPECT_EQ(told(graphs), "1 1 1");
  for (int i = 0; i < 3; ++i) run(graphs, hard(5));
  EXPECT_EQ(told(graphs), "1 1 4");
}

TEST_F(PassGraphsTest, EveryShapeHasItsOwn) {
  PassGraphs graphs(recorder_, at::kCPU);
  for (int i = 0; i < 3; ++i) {
    run(graphs, hard(5));
    run(graphs, hard(6));
    run(graphs, hard(6, 2));
    run(graphs, soft(6, 2));
    run(graphs, soft(6, 3));
    PackedInput two = hard(6);
    two.sequences = {{4, 0}, {2, 0}};
    run(graphs, two);
    PackedInput tail = hard(6);
    tail.sequences[0].unwanted_tail = 1;
    run(graphs, tail);
    tail.attend_together = true;
    run(graphs, tail);
  }
  EXPECT_EQ(told(graphs), "8 8 16");
}

TEST_F(PassGraphsTest, ShapesUsedLongAgoAreForgotten) {
  PassGraphs graphs(recorder_, at::kCPU, 2);
  for (const std::int64_t length : {5, 5, 6, 6, 5}) run(graphs, hard(length));
  EXPECT_EQ(told(graphs), "2 2 3");
  EXPECT_EQ(recorder_->alive, 2);
  run(graphs, hard(7));  // in the place of 6
  EXPECT_EQ(recorder_->alive, 1);
  run(graphs, hard(5));
  EXPECT_EQ(told(graphs), "3 2 4");
  run(graphs, hard(6));  // in the place of 7
  run(graphs, hard(5));
  EXPECT_EQ(told(graphs), "4 2 5");
  run(graphs, hard(6));
  EXPECT_EQ(told(graphs), "4 3 6");
}

TEST_F(PassGraphsTest, ResultsAreTheCallersOwn) {
  PassGraphs graphs(recorder_, at::kCPU);
  run(graphs, hard(4));
  const PackedInput input = hard(4);
  const at::Tensor kept = graphs.run(input, sums);
  run(graphs, hard(4));
  EXPECT_TRUE(at::equal(kept, sums(input)));
}

TEST_F(PassGraphsTest, AThreadsFirstPassIsEvaluated) {
  PassGraphs graphs(recorder_, at::kCPU);
  run(graphs, hard(4));
  std::thread([&] {
    run(graphs, hard(4));
    EXPECT_EQ(told(graphs), "2 0 0");
    run(graphs, hard(4));
    EXPECT_EQ(told(graphs), "2 1 1");
  }).join();
}

TEST_F(PassGraphsTest, ThreadsShareRecordings) {
  PassGraphs graphs(recorder_, at::kCPU, 3);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) run(graphs, hard(3 + i % 4));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const PassGraphs::Counts counts = graphs.counts();
  EXPECT_EQ(counts.evaluated + counts.replayed, 200);
  EXPECT_LE(recorder_->alive, 3);
}

TEST_F(PassGraphsTest, WhatCannotBeRecordedIsToldAndNotTriedAgain) {
  PassGraphs graphs(recorder_, at::kCPU);
  int calls = 0;
  const auto pass = [&](const PackedInput& input) {
    if (++calls > 1) throw std::runtime_error("operation not permitted");
    return sums(input);
  };
  graphs.run(hard(4), pass);
  for (int i = 0; i < 2; ++i) {
    try {
      graphs.run(hard(4 + i), pass);
      ADD_FAILURE() << "recorded";
    } catch (const DeviceError& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr("--cuda_graphs"));
      EXPECT_THAT(error.what(), ::testing::HasSubstr("operation not permitted"));
    }
  }
  EXPECT_EQ(calls, 2);
}

LladaModel recording(const LladaModel& model, std::shared_ptr<PassRecorder> recorder) {
  LladaModel other = model;
  other.record_passes(std::move(recorder));
  return other;
}

TEST_F(PassGraphsTest, AModelGivesWhatItGivesWithout) {
  const c10::InferenceMode inference;
  at::manual_seed(5);
  const LladaModel& plain = golden_model("toy-gqa");
  const LladaModel recorded = recording(plain, recorder_);
  for (int i = 0; i < 4; ++i) {
    for (const PackedInput& input : {hard(20, 7), soft(20, 3)}) {
      EXPECT_TRUE(at::equal(recorded.forward(input), plain.forward(input)));
    }
  }
  EXPECT_EQ(told(*recorded.graphs()), "2 2 6");
  const PackedInput unknown = PackedInput::hard(at::full({20}, 99999, at::kLong), {{20, 7}});
  EXPECT_THROW(recorded.forward(unknown), std::invalid_argument);
  EXPECT_EQ(plain.graphs(), nullptr);
}

TEST_F(PassGraphsTest, NeitherCachedPassesNorTrainingsAreRecorded) {
  const LladaModel recorded = recording(golden_model("toy-mha"), recorder_);
  recorded.forward(hard(8));
  const c10::InferenceMode inference;
  KeyValueCache cache;
  PackedInput input = hard(8);
  input.cache = &cache;
  recorded.forward(input);
  EXPECT_EQ(told(*recorded.graphs()), "0 0 0");
}

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

/// Models on a GPU: what they compute with CUDA graphs, without, and on the CPU.
class PassGraphsCuda : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!kernels::built_with_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: built without nvcc";
    device_ = open_device("auto");
    if (!device_.is_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: no usable one on this machine";
  }

  LladaModel on_gpu(const std::string& name, at::ScalarType dtype) const {
    LoadOptions options = testing::golden_load_options(name, "", testing::Adapter::kNone);
    options.device = device_;
    options.dtype = dtype;
    return load_model(options);
  }

  c10::Device device_ = at::kCPU;
};

TEST_F(PassGraphsCuda, PassesAreThoseOfTheCpu) {
  const c10::InferenceMode inference;
  at::manual_seed(6);
  for (const char* name : {"toy-mha", "toy-gqa"}) {
    const LladaModel gpu = on_gpu(name, at::kFloat);
    for (const PackedInput& input : {hard(40, 7), soft(40, 3)}) {
      const at::Tensor expected = golden_model(name).forward(input);
      EXPECT_TRUE(at::allclose(gpu.forward(input).cpu(), expected, 1e-3, 1e-3)) << name;
      const PackedInput there = on_device(input, device_);
      EXPECT_TRUE(at::equal(gpu.forward(there), gpu.forward(input))) << name;
    }
  }
}

TEST_F(PassGraphsCuda, ReplayedPassesAreEqualToTheLastBit) {
  const c10::InferenceMode inference;
  at::manual_seed(7);
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kHalf}) {
    const LladaModel plain = on_gpu("toy-gqa", dtype);
    const LladaModel recorded = recording(plain, open_graph_recorder(device_));
    for (int i = 0; i < 5; ++i) {
      PackedInput two = hard(30);
      two.sequences = {{17, 4}, {13, 0}};
      for (const PackedInput& input : {hard(40, 7), hard(33), soft(40, 3), two}) {
        const at::Tensor expected = plain.forward(input);
        EXPECT_TRUE(at::equal(recorded.forward(input), expected)) << dtype << ", pass " << i;
      }
    }
    EXPECT_EQ(recorded.graphs()->counts().recorded, 4);
    EXPECT_EQ(recorded.graphs()->counts().replayed, 16);
  }
}

}  // namespace
}  // namespace evotoken::model
