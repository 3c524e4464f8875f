#include "engine/weights/lora_adapter.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/weights/messages.h"

namespace evotoken::weights {
namespace {

using ::testing::HasSubstr;
using testing::ModelCopy;
using testing::weights_error;

ModelConfig toy_config() { return read_model_config(testing::golden_dir() / "models" / "toy-mha"); }

std::string complaint(const std::string& field, const nlohmann::ordered_json& value) {
  ModelCopy copy("toy-mha-lora");
  copy.set("adapter_config.json", field, value);
  return weights_error([&] { read_lora_adapter(copy.path(), toy_config(), at::kCPU); });
}

TEST(LoraAdapter, ReadsTheGoldenAdapter) {
  const LoraAdapter adapter =
      read_lora_adapter(testing::golden_dir() / "models" / "toy-mha-lora", toy_config(), at::kCPU);
  EXPECT_EQ(adapter.r, 8);
  EXPECT_EQ(adapter.updates.size(), 9U);  // three projections in three layers
  EXPECT_DOUBLE_EQ(adapter.updates.at("blocks.2.v_proj").scaling, 2.0);
}

TEST(LoraAdapter, RankStabilisedScalingDividesByTheRoot) {
  ModelCopy copy("toy-mha-lora");
  copy.set("adapter_config.json", "use_rslora", true);
  const LoraAdapter adapter = read_lora_adapter(copy.path(), toy_config(), at::kCPU);
  EXPECT_DOUBLE_EQ(adapter.updates.at("blocks.0.q_proj").scaling, 16 / std::sqrt(8.0));
}

TEST(LoraAdapter, MergingRoundsOnce) {
  LoraUpdate update{at::ones({1, 3}), at::full({2, 1}, 0.001F), 2.0};
  const at::Tensor weight = at::ones({2, 3}, at::kBFloat16);
  update.merge_into(weight);
  // 1.002 lies nearer to 1 than to 1 + 2^-7, the next bf16.
  EXPECT_TRUE(at::equal(weight, at::ones({2, 3}, at::kBFloat16)));
  update.scaling = 7.0;
  update.merge_into(weight);
  EXPECT_EQ(weight[0][0].item<float>(), 1.0078125F);
}

TEST(LoraAdapter, PiecewiseMergingIsMerging) {
  at::manual_seed(5);
  const LoraUpdate update{at::randn({4, 3000}), at::randn({200, 4}), 0.5};  // several pieces
  const at::Tensor weight = at::randn({200, 3000});
  const at::Tensor expected = weight + 0.5 * at::matmul(update.b, update.a);
  update.merge_into(weight);
  EXPECT_TRUE(at::allclose(weight, expected, 1e-5, 1e-6));
}

TEST(LoraAdapter, FeaturesThatAreNotImplementedAreRefused) {
  EXPECT_THAT(complaint("use_dora", true), HasSubstr(R"(field "use_dora" is true)"));
  EXPECT_THAT(complaint("bias", "all"), HasSubstr("bias"));
  EXPECT_THAT(complaint("rank_pattern", {{"q_proj", 4}}), HasSubstr("rank_pattern"));
  EXPECT_THAT(complaint("modules_to_save", {"lm_head"}), HasSubstr("modules_to_save"));
  EXPECT_THAT(complaint("peft_type", "IA3"), HasSubstr("peft_type"));
  EXPECT_THAT(complaint("fan_in_fan_out", true), HasSubstr("fan_in_fan_out"));
  EXPECT_THAT(complaint("init_lora_weights", "pissa"), HasSubstr("init_lora_weights"));
}

TEST(LoraAdapter, ShapesAndTargetsAreChecked) {
  EXPECT_THAT(complaint("r", 4), HasSubstr("has shape [8, 96], expected [4, 96]"));
  EXPECT_THAT(complaint("r", 0), HasSubstr("a positive number"));
  EXPECT_THAT(complaint("r", 8.5), HasSubstr("a positive integer"));
  EXPECT_THAT(complaint("target_modules", {"q_proj", "o_proj"}),
              HasSubstr(R"(field "target_modules" is "o_proj", supported: q_proj)"));
  EXPECT_THAT(
      complaint("target_modules", {"q_proj", "k_proj", "v_proj", "attn_out"}),
      HasSubstr("tensors missing: base_model.model.model.transformer.blocks.0.attn_out.lora_A"));
  EXPECT_THAT(complaint("target_modules", {"q_proj"}), HasSubstr("does not declare"));
}

}  // namespace
}  // namespace evotoken::weights
