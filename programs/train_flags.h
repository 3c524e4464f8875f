// The flags of evotoken-train.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "training/cts.h"
#include "training/example.h"
#include "training/trainable_model.h"
#include "training/trainer.h"

namespace evotoken::programs {

enum class Method { kPretrain, kSft, kCts };

struct TrainFlags {
  Method method = Method::kCts;
  std::string model_name;
  std::string checkpoint_path;  ///< cts: an adapter to go on from; empty for a new one
  std::vector<std::string> train_data;
  /// 0: all. Unset: 2000 for cts, as published; all otherwise.
  std::optional<std::int64_t> max_examples;
  std::optional<std::int64_t> max_length;  ///< unset: longest_example()
  training::ExampleLimits limits;
  double least_t = 0;  ///< pretrain, sft: t uniform from here to 1
  std::string dtype = "auto";
  std::string device = "auto";
  std::int64_t threads = 0;  ///< 0: LibTorch's choice
  training::LoraSettings lora;
  training::CtsOptions cts;
  training::TrainerOptions trainer;
  std::int64_t pad_token_id = 0;  ///< of the model, once it is known
};

/// Adds the subcommands pretrain, sft and cts, each with its published defaults.
void add_train_commands(CLI::App& app, TrainFlags& flags);

/// Tokens of the longest example that is kept: --max_length, by default limits.max_length or
/// `model_takes` where that is less. Throws UsageError where the flag asks for more than that.
std::int64_t longest_example(const TrainFlags& flags, std::int64_t model_takes);

/// Throws UsageError for values that do not fit together.
void check(const TrainFlags& flags);

/// How many examples are kept at most; 0: all.
std::int64_t example_limit(const TrainFlags& flags);

/// Everything of the flags that changes a result.
nlohmann::ordered_json settings(const TrainFlags& flags);

}  // namespace evotoken::programs
