#include "training/trainer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "tests/support.h"
#include "training/cts.h"
#include "training/masked_diffusion.h"

namespace evotoken::training {
namespace {

std::vector<Example> toy_examples() {
  std::vector<Example> examples(10);
  for (std::size_t i = 0; i < examples.size(); ++i) {
    for (std::size_t p = 0; p < 30 + i; ++p) {
      examples[i].tokens.push_back(static_cast<std::int32_t>(100 + 7 * i + p));
    }
    examples[i].prompt_length = 8;
  }
  return examples;
}

std::unique_ptr<TrainableModel> toy_adapter() {
  TrainableOptions options;
  options.model_folder = testing::golden_dir() / "models" / "toy-mha";
  LoraSettings lora;
  lora.r = 4;
  return make_lora(options, lora, 1);
}

TrainerOptions toy_options(const std::filesystem::path& folder) {
  TrainerOptions options;
  options.output_dir = folder;
  options.max_updates = 6;
  options.grad_accum_steps = 2;
  options.optimizer.learning_rate = 1e-3;
  options.save_every_updates = 2;
  options.settings = {{"kind", "toy"}};
  return options;
}

/// The log without its times.
std::vector<std::string> losses(const std::filesystem::path& folder) {
  std::vector<std::string> lines;
  for_each_line(folder / "loss.jsonl", [&](std::string_view line, std::size_t) {
    auto json = nlohmann::ordered_json::parse(line);
    json.erase("seconds");
    lines.push_back(json.dump());
  });
  return lines;
}

const ContinuousTrajectorySupervision kCts{CtsOptions{}};

TrainingSummary run(const TrainerOptions& options, int stop_after = 1000) {
  const auto model = toy_adapter();
  const auto alone = join_processes();
  int updates = 0;
  return train({*model, kCts, toy_examples()}, options, *alone,
               [&] { return ++updates >= stop_after; });
}

TEST(Trainer, AStoppedRunGoesOnAsIfItHadNot) {
  const testing::TemporaryDir whole;
  EXPECT_EQ(run(toy_options(whole.path())).updates, 6);
  const auto expected = losses(whole.path());
  ASSERT_EQ(expected.size(), 6U);

  const testing::TemporaryDir stopped;
  TrainerOptions options = toy_options(stopped.path());
  EXPECT_TRUE(run(options, 3).interrupted);
  EXPECT_FALSE(std::filesystem::exists(stopped.path() / "adapter_model.safetensors"));
  options.resume = true;
  EXPECT_EQ(run(options).updates, 6);
  EXPECT_EQ(losses(stopped.path()), expected) << "dropout, order and noise included";
  EXPECT_EQ(read_file(stopped.path() / "adapter_model.safetensors"),
            read_file(whole.path() / "adapter_model.safetensors"))
      << "bit for bit";
}

TEST(Trainer, KeepsTheNewestCheckpointsAndRefusesOtherSettings) {
  const testing::TemporaryDir dir;
  TrainerOptions options = toy_options(dir.path());
  std::filesystem::create_directory(dir.path() / "checkpoint-3.tmp.99");  // of a killed run
  run(options);
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "checkpoint-3.tmp.99"));
  EXPECT_FALSE(std::filesystem::exists(dir.path() / "checkpoint-2"));
  EXPECT_TRUE(std::filesystem::exists(dir.path() / "checkpoint-4" / "adapter_config.json"));
  EXPECT_TRUE(std::filesystem::exists(dir.path() / "checkpoint-6" / "trainer_state.json"));
  EXPECT_TRUE(std::filesystem::exists(dir.path() / "loss.svg"));
  EXPECT_THROW(run(options), UsageError) << "what another run left is not written over";
  options.resume = true;
  options.settings["kind"] = "other";
  try {
    run(options);
    FAIL() << "expected a refusal";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("kind is \"other\", was \"toy\""), std::string::npos)
        << error.what();
  }
}

TEST(Trainer, UpdatesFollowFromEpochsAndProcesses) {
  TrainerOptions options;
  options.batch_size = 2;
  options.grad_accum_steps = 4;
  options.num_epochs = 3;
  EXPECT_EQ(total_updates(options, 16, 1), 6);
  EXPECT_EQ(total_updates(options, 16, 2), 3) << "two processes take twice as many at a time";
  options.batch_size = 4;
  options.grad_accum_steps = 2;
  EXPECT_EQ(total_updates(options, 16, 1), 6);
  EXPECT_EQ(total_updates(options, 1, 1), 1) << "never none";
}

TEST(Trainer, LossFalls) {
  const testing::TemporaryDir dir;
  TrainerOptions options = toy_options(dir.path());
  options.max_updates = 20;
  options.optimizer.learning_rate = 3e-3;
  TrainableOptions trainable;
  trainable.model_folder = testing::golden_dir() / "models" / "toy-mha";
  const auto model = make_full(trainable);
  const auto alone = join_processes();
  train({*model, MaskedDiffusion(true), toy_examples()}, options, *alone, [] { return false; });
  double early = 0;
  double late = 0;
  for_each_line(dir.path() / "loss.jsonl", [&](std::string_view line, std::size_t number) {
    const double loss = nlohmann::json::parse(line).at("loss");
    if (number <= 5) early += loss;
    if (number > 15) late += loss;
  });
  EXPECT_LT(late, 0.8 * early);
}

}  // namespace
}  // namespace evotoken::training
