#include "training/activation_checkpoint.h"

#include <ATen/ATen.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <gtest/gtest.h>

#include "tests/support.h"
#include "training/activation_memory.h"
#include "training/cts.h"
#include "training/trainable_model.h"

namespace evotoken::training {
namespace {

/// Counts the bytes that this thread's tensors on the CPU hold.
class AllocationCounter : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void* /*memory*/, std::int64_t bytes, std::size_t /*allocated*/,
                         std::size_t /*reserved*/, c10::Device /*device*/) override {
    held_ += bytes;
    peak_ = std::max(peak_, held_);
  }
  bool memoryProfilingEnabled() const override { return true; }
  std::int64_t peak() const { return peak_; }

 private:
  std::int64_t held_ = 0;
  std::int64_t peak_ = 0;
};

std::unique_ptr<TrainableModel> toy_adapter(double dropout) {
  TrainableOptions options;
  options.model_folder = testing::golden_dir() / "models" / "toy-mha";
  LoraSettings lora;
  lora.r = 4;
  lora.dropout = dropout;
  auto model = make_lora(options, lora, 1);
  for (Parameter& parameter : model->parameters()) {  // B = 0 would hide A's gradient
    parameter.value.detach().add_(0.01);
  }
  return model;
}

CtsBatch toy_batch(std::int64_t length) {
  Batch batch;
  batch.tokens = at::arange(2 * length, at::kLong).view({2, length}).remainder(2000);
  batch.prompt_lengths = {8, 12};
  Draw draw(3, Stream::kNoise, 0);
  return make_cts_batch(batch, {}, 2044, draw);
}

std::vector<at::Tensor> gradients(bool checkpointed, double dropout) {
  const auto trainable = toy_adapter(dropout);
  const auto model = trainable->model();
  at::Generator generator = at::globalContext().defaultGenerator(at::kCPU);
  generator.set_current_seed(5);
  run_cts({model, 1.0, checkpointed}, toy_batch(64), 3);
  std::vector<at::Tensor> all;
  for (const Parameter& parameter : trainable->parameters()) all.push_back(parameter.value.grad());
  return all;
}

TEST(ActivationCheckpoint, ChangesNoGradient) {
  for (const double dropout : {0.0, 0.3}) {
    const auto kept = gradients(false, dropout);
    const auto computed_again = gradients(true, dropout);
    ASSERT_EQ(kept.size(), computed_again.size());
    for (std::size_t i = 0; i < kept.size(); ++i) {
      EXPECT_GT(kept[i].abs().max().item<double>(), 0) << i;
      EXPECT_TRUE(at::equal(kept[i], computed_again[i])) << "dropout " << dropout << ", " << i;
    }
  }
}

std::int64_t measured_peak(bool checkpointed, std::int64_t length) {
  const auto trainable = toy_adapter(0.05);
  for (Parameter& parameter : trainable->parameters()) {  // gradients are not activations
    parameter.value.mutable_grad() = at::zeros_like(parameter.value);
  }
  const auto model = trainable->model();
  const CtsBatch batch = toy_batch(length);
  const auto counter = std::make_shared<AllocationCounter>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, counter);
  run_cts({model, 1.0, checkpointed}, batch, 3);
  return counter->peak();
}

TEST(ActivationMemory, IsWhatTheDocumentCounts) {
  const auto trainable = toy_adapter(0.05);
  for (const bool checkpointed : {false, true}) {
    for (const std::int64_t length : {256, 768}) {
      ActivationShape shape;
      shape.config = trainable->config();
      shape.rows = 2 * length;
      shape.logit_rows = 2 * length;
      shape.lora_r = 4;
      shape.dtype_bytes = 4;
      shape.checkpointed = checkpointed;
      const auto counted = static_cast<double>(activation_bytes(shape));
      const auto measured = static_cast<double>(measured_peak(checkpointed, length));
      EXPECT_LT(measured, 1.05 * counted) << checkpointed << " " << length;
      EXPECT_GT(measured, 0.6 * counted) << checkpointed << " " << length;
    }
  }
}

TEST(ActivationMemory, Llada8BTrainsOnOneGpuOf80GB) {
  ActivationShape shape;
  shape.config.d_model = 4096;
  shape.config.n_layers = 32;
  shape.config.n_heads = 32;
  shape.config.n_kv_heads = 32;
  shape.config.mlp_hidden_size = 12288;
  shape.config.vocab_size = 126464;
  shape.rows = 2 * 1024;
  shape.logit_rows = 2 * 1024;
  shape.lora_r = 128;
  shape.dtype_bytes = 2;
  shape.checkpointed = true;
  const double weights = 8.02e9 * 2;
  const double adapter = 32 * 3 * 2 * 128 * 4096.0 * 4 * 4;  // values, gradients, two moments
  const auto total_gb = [&] {
    return (weights + adapter + static_cast<double>(activation_bytes(shape))) / 1e9;
  };
  EXPECT_NEAR(total_gb(), 22, 0.5) << "as docs/training-memory.md says";
  shape.checkpointed = false;
  EXPECT_NEAR(total_gb(), 38, 0.7);
}

}  // namespace
}  // namespace evotoken::training
