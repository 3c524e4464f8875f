#include "training/trainable_model.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/model/load_model.h"
#include "engine/tokenizer/tokenizer.h"
#include "tests/support.h"

namespace evotoken::training {
namespace {

TrainableOptions toy(const char* name, at::ScalarType dtype = at::kFloat) {
  TrainableOptions options;
  options.model_folder = testing::golden_dir() / "models" / name;
  options.dtype = dtype;
  return options;
}

model::PackedInput input() {
  return model::PackedInput::hard(at::arange(30, at::kLong) + 40, {{30, 10}});
}

at::Tensor logits_of(const model::LoadOptions& options) {
  const c10::InferenceMode no_gradients;
  return model::load_model(options).forward(input());
}

/// As a loaded model computes: its fused operations round otherwise than differentiable ones.
at::Tensor logits_of(const TrainableModel& trained) {
  const c10::InferenceMode no_gradients;
  return trained.model().forward(input());
}

void nudge(TrainableModel& model, double by) {
  for (Parameter& parameter : model.parameters()) parameter.value.detach().add_(by);
}

TEST(FullModel, SavedAndLoadedItComputesTheSame) {
  for (const char* name : {"toy-mha", "toy-gqa"}) {  // the second one with tied embeddings
    const testing::TemporaryDir dir;
    const auto trained = make_full(toy(name));
    nudge(*trained, 0.01);
    trained->save(dir.path());
    model::LoadOptions load;
    load.model_folder = dir.path();
    load.dtype = at::kFloat;
    const at::Tensor saved = logits_of(load);
    const at::Tensor trained_logits = logits_of(*trained);
    EXPECT_LT((saved - trained_logits).abs().max().item<double>(), 0.1) << "bfloat16 on disk";
    load.model_folder = testing::golden_dir() / "models" / name;
    EXPECT_GT((logits_of(load) - trained_logits).abs().max().item<double>(), 0.1);
    EXPECT_NO_THROW(tokenizer::Tokenizer::load(dir.path()));
  }
}

TEST(FullModel, MasterWeightsAreFloat32WhateverThePass) {
  const auto trained = make_full(toy("toy-mha", at::kBFloat16));
  const auto model = trained->model();
  EXPECT_EQ(model.dtype(), at::kBFloat16);
  model.forward(input()).to(at::kFloat).square().mean().backward();
  for (const Parameter& parameter : trained->parameters()) {
    EXPECT_EQ(parameter.value.scalar_type(), at::kFloat);
    ASSERT_TRUE(parameter.value.grad().defined()) << parameter.name;
    EXPECT_EQ(parameter.value.grad().scalar_type(), at::kFloat);
    EXPECT_EQ(parameter.decayed, parameter.name.find("norm") == std::string::npos &&
                                     parameter.name.find("ln_f") == std::string::npos);
  }
}

TEST(LoraModel, StartsAsTheBaseAndIsLoadedAsItWasSaved) {
  LoraSettings settings;
  settings.r = 4;
  settings.alpha = 8;
  settings.dropout = 0;
  const auto trained = make_lora(toy("toy-mha"), settings, 3);
  model::LoadOptions load;
  load.model_folder = testing::golden_dir() / "models" / "toy-mha";
  load.dtype = at::kFloat;
  EXPECT_TRUE(at::equal(logits_of(*trained), logits_of(load))) << "B is 0";

  nudge(*trained, 0.02);
  const testing::TemporaryDir dir;
  trained->save(dir.path());
  load.adapter_folder = dir.path();
  load.merge_adapter = false;
  const at::Tensor expected = logits_of(*trained);
  EXPECT_TRUE(at::equal(logits_of(load), expected));
  const auto again = make_lora(toy("toy-mha"), settings, 99, dir.path());
  EXPECT_TRUE(at::equal(logits_of(*again), expected)) << "training goes on";
}

TEST(LoraModel, OnlyTheAdapterTrainsAndUnknownTargetsAreNamed) {
  LoraSettings settings;
  settings.r = 2;
  const auto trained = make_lora(toy("toy-mha"), settings, 3);
  EXPECT_EQ(trained->parameters().size(), 3U * 3U * 2U) << "blocks, layers, A and B";
  EXPECT_FALSE(trained->model().weights().embedding.requires_grad());
  settings.targets = {"q_proj", "wq"};
  EXPECT_THROW(make_lora(toy("toy-mha"), settings, 3), UsageError);
}

}  // namespace
}  // namespace evotoken::training
