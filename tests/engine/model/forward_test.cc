// The forward pass against the published implementation's numbers (golden forward/*.safetensors).
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/kernels/predict_rows.h"
#include "engine/model/device.h"
#include "engine/model/device_input.h"
#include "engine/model/llada_model.h"
#include "engine/weights/tensor_store.h"
#include "tests/engine/golden_model.h"

namespace evotoken::model {
namespace {

using testing::golden_dir;
using testing::golden_model;

constexpr std::int64_t kLastRows = 24;
constexpr double kTolerance = 1e-4;  // what the golden files name

double max_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

/// Calls `check(model, tensors, prefix)` for every case of every golden forward file.
template <typename Check>
int for_each_case(Check check) {
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(golden_dir() / "forward")) {
    const std::string stem = entry.path().stem().string();
    const weights::TensorStore store = weights::TensorStore::open(entry.path().parent_path(), stem);
    const auto tensors = [&](const std::string& name) {
      const bool ids =
          name.find("ids") != std::string::npos || name.find("argmax") != std::string::npos;
      return store.load(name, ids ? at::kLong : at::kFloat, at::kCPU);
    };
    const std::vector<std::string> names = store.names();
    for (int n = 0;; ++n) {
      const std::string prefix = fmt::format("case{}.", n);
      if (std::find(names.begin(), names.end(), prefix + "input_ids") == names.end()) break;
      SCOPED_TRACE(stem + " " + prefix);
      check(golden_model(stem), [&](const std::string& name) { return tensors(prefix + name); });
      ++cases;
    }
  }
  return cases;
}

TEST(Forward, HardInputMatches) {
  const c10::InferenceMode inference;
  const int cases = for_each_case([](const LladaModel& model, const auto& golden) {
    const at::Tensor ids = golden("input_ids");
    const at::Tensor logits = model.forward(PackedInput::hard(ids, {{ids.size(0), 0}}));
    EXPECT_LT(max_difference(logits.slice(0, -kLastRows), golden("logits_last24")), kTolerance);
    EXPECT_LT(max_difference(logits.logsumexp(-1), golden("logsumexp")), kTolerance);
    EXPECT_TRUE(at::equal(logits.argmax(-1), golden("argmax")));
  });
  EXPECT_GE(cases, 1);
}

TEST(Forward, SoftInputMatches) {
  const c10::InferenceMode inference;
  for_each_case([](const LladaModel& model, const auto& golden) {
    const at::Tensor ids = golden("soft_ids");
    const at::Tensor logits =
        model.forward(PackedInput::soft(ids, golden("soft_weights"), {{ids.size(0), 0}}));
    EXPECT_LT(max_difference(logits.slice(0, -kLastRows), golden("soft_logits_last24")),
              kTolerance);
  });
}

TEST(Forward, WantedRowsAreTheSameRows) {
  const c10::InferenceMode inference;
  for_each_case([](const LladaModel& model, const auto& golden) {
    const at::Tensor ids = golden("input_ids");
    const std::int64_t length = ids.size(0);
    const at::Tensor last = model.forward(PackedInput::hard(ids, {{length, length - kLastRows}}));
    EXPECT_EQ(last.size(0), kLastRows);
    EXPECT_LT(max_difference(last, golden("logits_last24")), kTolerance);
  });
}

TEST(Forward, SequencesOfAPackDoNotSeeEachOther) {
  const c10::InferenceMode inference;
  const LladaModel& model = golden_model("toy-gqa");
  at::manual_seed(3);
  std::vector<at::Tensor> ids;
  std::vector<SequenceRows> sequences;
  for (const std::int64_t length : {5, 31, 1, 64}) {
    ids.push_back(at::randint(0, 1000, {length}, at::kLong));
    sequences.push_back({length, length / 2});
  }
  const at::Tensor together = model.forward(PackedInput::hard(at::cat(ids, 0), sequences));
  std::vector<at::Tensor> alone;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    alone.push_back(model.forward(PackedInput::hard(ids[i], {sequences[i]})));
  }
  EXPECT_LT(max_difference(together, at::cat(alone, 0)), 1e-5);
}

TEST(Forward, OtherTypesAndLayoutsStayNearFloat32) {
  const c10::InferenceMode inference;
  const at::Tensor ids = at::arange(40, at::kLong);
  const at::Tensor exact = golden_model("toy-mha").forward(PackedInput::hard(ids, {{40, 0}}));
  for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kHalf}) {
    for (const bool for_inference : {false, true}) {
      LoadOptions options = testing::golden_load_options("toy-mha", "", testing::Adapter::kNone);
      options.dtype = dtype;
      options.for_inference = for_inference;
      const at::Tensor logits = load_model(options).forward(PackedInput::hard(ids, {{40, 0}}));
      EXPECT_EQ(logits.scalar_type(), dtype);
      const double error =
          (logits.to(at::kFloat) - exact).norm().item<double>() / exact.norm().item<double>();
      EXPECT_LT(error, dtype == at::kFloat ? 1e-5 : dtype == at::kHalf ? 2e-3 : 2e-2);
    }
  }
}

TEST(Forward, SoftWeightsMayHaveAnyScale) {
  const c10::InferenceMode inference;
  const LladaModel& model = golden_model("toy-mha");
  const at::Tensor ids = at::tensor({1, 2, 3, 4, 5, 6}, at::kLong).view({2, 3});
  const at::Tensor weights = at::tensor({.5, .3, .2, 2.0, -1.0, 0.0}).view({2, 3});
  const at::Tensor expected =
      at::stack({.5 * model.weights().embedding[1] + .3 * model.weights().embedding[2] +
                     .2 * model.weights().embedding[3],
                 model.weights().embedding[4]});
  EXPECT_LT(max_difference(model.embed(PackedInput::soft(ids, weights, {{2, 0}})), expected), 1e-6);
  EXPECT_LT(max_difference(model.embed(PackedInput::soft(ids, weights * 10, {{2, 0}})), expected),
            1e-6);
}

TEST(ForwardCuda, PassesAreThoseOfTheCpu) {
  if (!kernels::built_with_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: built without nvcc";
  const c10::Device device = open_device("auto");
  if (!device.is_cuda()) GTEST_SKIP() << "NOT TESTED on a GPU: no usable one on this machine";
  const c10::InferenceMode inference;
  at::manual_seed(6);
  for (const char* name : {"toy-mha", "toy-gqa"}) {
    LoadOptions options = testing::golden_load_options(name, "", testing::Adapter::kNone);
    options.device = device;
    const LladaModel gpu = load_model(options);
    const at::Tensor ids = at::randint(0, 1000, {40, 3}, at::kLong);
    for (const PackedInput& input : {PackedInput::hard(ids.select(1, 0), {{25, 7}, {15, 0}}),
                                     PackedInput::soft(ids, at::rand({40, 3}), {{40, 7}})}) {
      const at::Tensor expected = golden_model(name).forward(input);
      EXPECT_TRUE(at::allclose(gpu.forward(input).cpu(), expected, 1e-3, 1e-3)) << name;
      const PackedInput there = on_device(input, device);
      EXPECT_TRUE(at::equal(gpu.forward(there), gpu.forward(input))) << name;
    }
  }
}

}  // namespace
}  // namespace evotoken::model
