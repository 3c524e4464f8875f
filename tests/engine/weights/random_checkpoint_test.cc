#include "engine/weights/random_checkpoint.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/weights/model_folder.h"
#include "engine/weights/tensor_store.h"
#include "tests/support.h"

namespace evotoken::weights {
namespace {

RandomCheckpointOptions small_options() {
  RandomCheckpointOptions options;
  options.config = {.d_model = 32,
                    .n_layers = 2,
                    .n_heads = 4,
                    .n_kv_heads = 2,
                    .mlp_hidden_size = 48,
                    .vocab_size = 100,
                    .max_sequence_length = 64};
  return options;
}

TEST(RandomCheckpoint, LoadsAsDeclaredWholeAndSharded) {
  for (const std::int64_t max_shard_bytes : {1'000'000, 8'000}) {
    const testing::TemporaryDir dir;
    RandomCheckpointOptions options = small_options();
    options.max_shard_bytes = max_shard_bytes;
    write_random_checkpoint(dir.path(), options);
    const TensorStore store = TensorStore::open(dir.path());
    store.check(declared_tensors(read_model_config(dir.path())));
    EXPECT_EQ(store.files().size() > 1, max_shard_bytes == 8'000);
    const at::Tensor embedding = store.load("model.transformer.wte.weight", at::kFloat, at::kCPU);
    EXPECT_NEAR(embedding.std().item<double>(), 0.02, 0.002);
  }
}

TEST(RandomCheckpoint, SameOptionsSameBytes) {
  const testing::TemporaryDir first;
  const testing::TemporaryDir second;
  RandomCheckpointOptions options = small_options();
  write_random_checkpoint(first.path(), options);
  write_random_checkpoint(second.path(), options);
  EXPECT_EQ(model_folder_hash(first.path()), model_folder_hash(second.path()));
  options.seed = 1;
  write_random_checkpoint(second.path(), options);
  EXPECT_NE(model_folder_hash(first.path()), model_folder_hash(second.path()));
}

TEST(RandomCheckpoint, WhatNoDiskHoldsIsRefusedBeforeAnythingIsWritten) {
  const testing::TemporaryDir dir;
  const RandomCheckpointOptions small = small_options();
  for (std::int64_t ModelConfig::*extent :
       {&ModelConfig::n_layers, &ModelConfig::d_model, &ModelConfig::vocab_size}) {
    RandomCheckpointOptions options = small;
    options.config.*extent = std::int64_t{1} << 60;
    EXPECT_THROW(write_random_checkpoint(dir.path() / "model", options), DeviceError);
  }
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "model"));
}

TEST(RandomCheckpoint, CountsParametersAsLladaDoes) {
  // LLaDA-8B (spec: performance.md): 6.979 G in the layers, 0.518 G in the head.
  const ModelConfig config{.d_model = 4096,
                           .n_layers = 32,
                           .n_heads = 32,
                           .n_kv_heads = 32,
                           .mlp_hidden_size = 12288,
                           .vocab_size = 126464};
  const double embeddings = 2 * 126464.0 * 4096;
  EXPECT_NEAR(static_cast<double>(parameter_count(config)) - embeddings, 6.979e9, 0.001e9);
}

}  // namespace
}  // namespace evotoken::weights
