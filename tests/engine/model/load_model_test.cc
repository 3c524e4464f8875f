#include "engine/model/load_model.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include "tests/engine/golden_model.h"

namespace evotoken::model {
namespace {

using testing::Adapter;
using testing::golden_model;

at::Tensor logits_of(const LladaModel& model) {
  const at::Tensor ids = at::arange(30, at::kLong);
  return model.forward(PackedInput::hard(ids, {{30, 0}}));
}

TEST(LoadModel, MergedAndUnmergedAdapterAgreeAndMatter) {
  const c10::InferenceMode inference;
  const at::Tensor base = logits_of(golden_model("toy-mha"));
  const at::Tensor merged = logits_of(golden_model("toy-mha", "toy-mha-lora", Adapter::kMerged));
  const at::Tensor unmerged =
      logits_of(golden_model("toy-mha", "toy-mha-lora", Adapter::kUnmerged));
  EXPECT_LT((merged - unmerged).abs().max().item<double>(), 1e-4);
  EXPECT_GT((merged - base).abs().max().item<double>(), 1e-2);
}

TEST(LoadModel, TakesTheCheckpointsDtypeUnlessToldOtherwise) {
  LoadOptions options = testing::golden_load_options("toy-mha", "", Adapter::kNone);
  options.dtype.reset();
  EXPECT_EQ(load_model(options).dtype(), at::kBFloat16);
  options.dtype = at::kHalf;
  EXPECT_EQ(load_model(options).dtype(), at::kHalf);
}

TEST(LoadModel, TiedWeightsShareTheEmbedding) {
  LoadOptions options = testing::golden_load_options("toy-gqa", "", Adapter::kNone);
  options.for_inference = false;
  const LladaModel model = load_model(options);
  EXPECT_TRUE(model.weights().head.weight.is_same(model.weights().embedding));
}

TEST(LoadModel, ForInferenceMatricesArePackedAndTheEmbeddingStays) {
  for (const char* name : {"toy-mha", "toy-gqa"}) {  // the second one with tied weights
    const ModelWeights& weights = golden_model(name).weights();
    EXPECT_NE(weights.head.packed, nullptr);
    EXPECT_NE(weights.layers[0].ff_out.packed, nullptr);
    EXPECT_FALSE(weights.layers[0].ff_out.weight.defined());
    EXPECT_TRUE(weights.embedding.defined());
  }
}

TEST(LoadModel, GradientsFlowToTheAdapter) {
  LoadOptions options = testing::golden_load_options("toy-mha", "toy-mha-lora", Adapter::kUnmerged);
  options.for_inference = false;
  const LladaModel model = load_model(options);
  const at::Tensor b = model.weights().layers[0].q_proj.lora->b;
  b.set_requires_grad(true);
  logits_of(model).square().mean().backward();
  ASSERT_TRUE(b.grad().defined());
  EXPECT_GT(b.grad().abs().max().item<double>(), 0);
  b.set_requires_grad(false);
}

}  // namespace
}  // namespace evotoken::model
