#include "engine/weights/model_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/weights/messages.h"

namespace evotoken::weights {
namespace {

using ::testing::HasSubstr;
using testing::ModelCopy;
using testing::weights_error;

/// What a golden config with one field replaced is told.
std::string complaint(const std::string& field, const nlohmann::ordered_json& value) {
  ModelCopy copy("toy-mha");
  copy.set("config.json", field, value);
  return weights_error([&] { read_model_config(copy.path()); });
}

TEST(ModelConfig, ReadsTheGoldenModels) {
  const ModelConfig config = read_model_config(testing::golden_dir() / "models" / "toy-gqa");
  EXPECT_EQ(config.d_model, 72);
  EXPECT_EQ(config.n_kv_heads, 2);
  EXPECT_EQ(config.head_dim(), 12);
  EXPECT_EQ(config.kv_dim(), 24);
  EXPECT_TRUE(config.weight_tying);
  EXPECT_DOUBLE_EQ(config.rope_theta, 10000.0);
  EXPECT_EQ(config.mask_token_id, 1020);
}

TEST(ModelConfig, WhatIsNotImplementedIsRefusedByName) {
  EXPECT_THAT(complaint("alibi", true), HasSubstr(R"(field "alibi" is true, supported: false)"));
  EXPECT_THAT(complaint("block_type", "sequential"),
              HasSubstr(R"(field "block_type" is "sequential", supported: "llama")"));
  EXPECT_THAT(complaint("layer_norm_type", "default"), HasSubstr("layer_norm_type"));
  EXPECT_THAT(complaint("activation_type", "gelu"), HasSubstr("activation_type"));
  EXPECT_THAT(complaint("include_bias", true), HasSubstr("include_bias"));
  EXPECT_THAT(complaint("include_qkv_bias", true), HasSubstr("include_qkv_bias"));
  EXPECT_THAT(complaint("rope", false), HasSubstr("\"rope\""));
  EXPECT_THAT(complaint("rope_scaling", {{"type", "linear"}}), HasSubstr("rope_scaling"));
  EXPECT_THAT(complaint("quantization_config", {{"bits", 4}}), HasSubstr("quantization_config"));
  EXPECT_THAT(complaint("model_type", "llama"), HasSubstr("model_type"));
}

TEST(ModelConfig, ValuesThatCannotBeAreRefused) {
  EXPECT_THAT(complaint("d_model", nullptr), HasSubstr(R"(field "d_model" is missing)"));
  EXPECT_THAT(complaint("d_model", "96"), HasSubstr("an integer"));
  EXPECT_THAT(complaint("n_layers", 0), HasSubstr("a positive integer"));
  EXPECT_THAT(complaint("n_heads", 7), HasSubstr("a divisor of d_model 96"));
  EXPECT_THAT(complaint("n_kv_heads", 3), HasSubstr("a divisor of n_heads 4"));
  EXPECT_THAT(complaint("mask_token_id", 2048), HasSubstr("supported: 0 to 2047"));
  EXPECT_THAT(complaint("rms_norm_eps", -1), HasSubstr("a positive number"));
}

TEST(ModelConfig, WhatIsWrittenIsRead) {
  const ModelConfig config = read_model_config(testing::golden_dir() / "models" / "toy-gqa");
  const testing::TemporaryDir dir;
  write_file_atomically(dir.path() / "config.json", to_json(config, "bfloat16").dump());
  EXPECT_EQ(to_json(read_model_config(dir.path()), "bfloat16"), to_json(config, "bfloat16"));
}

}  // namespace
}  // namespace evotoken::weights
