// The published trainer's updates, number for number (golden folder, training/cts_*.json).
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "engine/weights/tensor_store.h"
#include "tests/support.h"
#include "training/cts.h"
#include "training/optimizer.h"
#include "training/trainable_model.h"

namespace evotoken::training {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

/// An adapter folder in PEFT's layout from a golden file of tensors.
void write_adapter(const fs::path& folder, const fs::path& tensors, const ordered_json& lora) {
  fs::create_directories(folder);
  fs::copy_file(tensors, folder / "adapter_model.safetensors");
  const ordered_json config = {{"peft_type", "LORA"},
                               {"r", lora.at("r")},
                               {"lora_alpha", lora.at("alpha")},
                               {"target_modules", lora.at("targets")}};
  write_file_atomically(folder / "adapter_config.json", config.dump());
}

CtsBatch read_batch(const ordered_json& update) {
  CtsBatch batch;
  const auto truth = update.at("ground_truth").get<std::vector<std::vector<std::int64_t>>>();
  std::vector<at::Tensor> rows;
  for (const auto& row : truth) rows.push_back(at::tensor(row, at::kLong));
  batch.truth = at::stack(rows);
  for (std::size_t b = 0; b < truth.size(); ++b) {
    Trajectory sample;
    sample.noised = update.at("input_ids")[b].get<std::vector<std::int32_t>>();
    sample.prompt_length = update.at("prompt_lengths")[b];
    sample.block_begin = update.at("block_start")[b];
    batch.block_length =
        update.at("block_end_inclusive")[b].get<std::int64_t>() - sample.block_begin + 1;
    sample.decoded =
        update.at("next_unmask_positions")[b].get<std::vector<std::vector<std::int64_t>>>();
    for (const auto& stage : update.at("alpha")) sample.alpha.push_back(stage[b]);
    batch.samples.push_back(std::move(sample));
  }
  return batch;
}

class GoldenCts : public ::testing::TestWithParam<fs::path> {};

TEST_P(GoldenCts, ThreeUpdatesAgree) {
  const ordered_json golden = read_json_file(GetParam());
  const std::string stem = (GetParam().parent_path() / GetParam().stem()).string();
  const testing::TemporaryDir dir;
  write_adapter(dir.path(), stem + "_adapter_before.safetensors", golden.at("lora"));

  LoraSettings lora;
  lora.r = golden.at("lora").at("r");
  lora.alpha = golden.at("lora").at("alpha");
  lora.dropout = 0;
  lora.targets = golden.at("lora").at("targets").get<std::vector<std::string>>();
  TrainableOptions trainable;
  trainable.model_folder = testing::golden_dir() / "models" / golden.at("model").get<std::string>();
  const auto model = make_lora(trainable, lora, 0, dir.path());
  OptimizerOptions adam;
  adam.weight_decay = golden.at("optimizer").at("weight_decay");
  adam.max_grad_norm = golden.at("optimizer").at("max_grad_norm");
  Optimizer optimizer(model->parameters(), adam);

  int number = 0;
  for (const ordered_json& update : golden.at("updates")) {
    SCOPED_TRACE(fmt::format("update {}", number++));
    optimizer.zero_grad();
    const auto now = model->model();
    const Loss loss = run_cts({now}, read_batch(update), golden.at("k_soft"));
    EXPECT_NEAR(loss.total, update.at("loss").get<double>(), 2e-5);
    ASSERT_EQ(loss.stages.size(), update.at("stage_losses").size());
    for (std::size_t k = 0; k < loss.stages.size(); ++k) {
      EXPECT_NEAR(loss.stages[k], update.at("stage_losses")[k].get<double>(), 5e-5) << k;
    }
    for (const Parameter& parameter : model->parameters()) {
      const double expected = update.at("grad_norms").at(parameter.name);
      EXPECT_NEAR(parameter.value.grad().norm().item<double>(), expected, 1e-4 * (1 + expected))
          << parameter.name;
    }
    const double norm = optimizer.step(update.at("lr"));
    const double expected_norm = update.at("grad_norm_before_clip");
    EXPECT_NEAR(norm, expected_norm, 1e-4 * expected_norm);
  }

  const auto after = weights::SafetensorsFile(stem + "_adapter_after.safetensors");
  const auto before = weights::SafetensorsFile(stem + "_adapter_before.safetensors");
  ASSERT_EQ(after.tensors().size(), model->parameters().size());
  const auto values = [](const weights::TensorView& view) {
    return at::from_blob(view.bytes.data(), view.shape, at::kFloat);
  };
  double moved = 0;
  for (const Parameter& parameter : model->parameters()) {
    const at::Tensor expected = values(after.tensors().at(parameter.name));
    const at::Tensor start = values(before.tensors().at(parameter.name));
    moved = std::max(moved, (expected - start).abs().max().item<double>());
    // Adam divides by the gradient's size: where it is almost 0, rounding decides the sign.
    EXPECT_LT((parameter.value - expected).abs().mean().item<double>(), 1e-6) << parameter.name;
  }
  EXPECT_GT(moved, 1e-4) << "the updates do something";
}

std::vector<fs::path> golden_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(testing::golden_dir() / "training")) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  return files;
}

INSTANTIATE_TEST_SUITE_P(All, GoldenCts, ::testing::ValuesIn(golden_files()),
                         [](const auto& parameters) {
                           std::string name = parameters.param.stem().string();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace evotoken::training
