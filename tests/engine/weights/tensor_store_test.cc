#include "engine/weights/tensor_store.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/weights/messages.h"

namespace evotoken::weights {
namespace {

using ::testing::HasSubstr;
using testing::ModelCopy;
using testing::weights_error;

/// Opens and checks a model folder.
void open_and_check(const std::filesystem::path& folder) {
  const ModelConfig config = read_model_config(folder);
  TensorStore::open(folder).check(declared_tensors(config));
}

TEST(TensorStore, GoldenModelsAreComplete) {
  for (const char* name : {"toy-mha", "toy-gqa", "toy-maskhead"}) {
    open_and_check(testing::golden_dir() / "models" / name);
  }
}

TEST(TensorStore, SameDtypeIsUsedInPlaceAndWritingLeavesTheFileAlone) {
  const ModelCopy copy("toy-mha");
  const std::string name = "model.transformer.ln_f.weight";
  const TensorStore store = TensorStore::open(copy.path());
  const at::Tensor first = store.load(name, at::kBFloat16, at::kCPU);
  const at::Tensor second = store.load(name, at::kBFloat16, at::kCPU);
  EXPECT_EQ(first.const_data_ptr(), second.const_data_ptr());
  const at::Tensor converted = store.load(name, at::kFloat, at::kCPU);
  EXPECT_NE(converted.const_data_ptr(), first.const_data_ptr());
  EXPECT_TRUE(at::equal(converted, first.to(at::kFloat)));

  first.fill_(77);
  EXPECT_FALSE(
      at::equal(TensorStore::open(copy.path()).load(name, at::kBFloat16, at::kCPU), first));
}

TEST(TensorStore, TensorsOutliveTheStore) {
  at::Tensor tensor;
  {
    const TensorStore store = TensorStore::open(testing::golden_dir() / "models" / "toy-mha");
    tensor = store.load("model.transformer.ln_f.weight", at::kBFloat16, at::kCPU);
  }
  EXPECT_TRUE(tensor.to(at::kFloat).isfinite().all().item<bool>());
}

TEST(TensorStore, AWrongShapeNamesTensorAndBothShapes) {
  ModelCopy copy("toy-mha");
  copy.set("config.json", "mlp_hidden_size", 200);
  EXPECT_THAT(weights_error([&] { open_and_check(copy.path()); }),
              HasSubstr("ff_proj.weight has shape [256, 96], expected [200, 96]"));
}

TEST(TensorStore, MissingAndUnknownTensorsAreListed) {
  ModelCopy copy("toy-mha");
  copy.set("config.json", "n_layers", 4);
  EXPECT_THAT(weights_error([&] { open_and_check(copy.path()); }),
              HasSubstr("tensors missing: model.transformer.blocks.3.attn_norm.weight"));
  copy.set("config.json", "n_layers", 2);
  EXPECT_THAT(weights_error([&] { open_and_check(copy.path()); }),
              HasSubstr("does not declare: model.transformer.blocks.2."));
}

TEST(TensorStore, DamagedShardsAreNamed) {
  const ModelCopy copy("toy-gqa");
  std::filesystem::resize_file(copy.path() / "model-00002-of-00003.safetensors", 5000);
  EXPECT_THAT(
      weights_error([&] { open_and_check(copy.path()); }),
      ::testing::AllOf(HasSubstr("model-00002-of-00003.safetensors"), HasSubstr("truncated")));
  std::filesystem::remove(copy.path() / "model-00002-of-00003.safetensors");
  EXPECT_THAT(weights_error([&] { open_and_check(copy.path()); }),
              HasSubstr("model-00002-of-00003.safetensors: cannot be opened"));
}

TEST(TensorStore, AFolderWithoutWeightsSaysWhatIsExpected) {
  const testing::TemporaryDir dir;
  EXPECT_THAT(weights_error([&] { TensorStore::open(dir.path()); }),
              HasSubstr("no model.safetensors and no model.safetensors.index.json"));
}

}  // namespace
}  // namespace evotoken::weights
