#include "programs/train_flags.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/hash.h"
#include "programs/output.h"

namespace evotoken::programs {
namespace {

constexpr const char* kMethodNames[] = {"pretrain", "sft", "cts"};

/// Adds options with their defaults shown.
template <typename T>
CLI::Option* add(CLI::App& app, const char* name, T& value, const char* help) {
  return app.add_option(name, value, help)->capture_default_str();
}

void add_common_flags(CLI::App& app, TrainFlags& flags) {
  training::TrainerOptions& trainer = flags.trainer;
  app.add_option("--model_name,--model_path", flags.model_name,
                 "checkpoint to start from: folder, org/name or builtin")
      ->type_name("DIR")
      ->required();
  app.add_option("--train_data", flags.train_data,
                 "JSON lines or JSON: s1K, GSM8K, MATH, or question/answer")
      ->type_name("FILE")
      ->required();
  app.add_option("--output_dir", trainer.output_dir, "where checkpoints and the result go")
      ->type_name("DIR")
      ->required();
  add(app, "--batch_size", trainer.batch_size, "examples of a micro-batch")
      ->check(CLI::PositiveNumber);
  app.add_flag("--group_by_length", trainer.group_by_length,
               "batches of examples of like length: less padding");
  add(app, "--grad_accum_steps", trainer.grad_accum_steps, "micro-batches of an update")
      ->check(CLI::PositiveNumber);
  add(app, "--num_epochs", trainer.num_epochs, "times each example is seen")
      ->check(CLI::PositiveNumber);
  add(app, "--max_updates", trainer.max_updates, "length of the run in place of --num_epochs")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--max_length", flags.max_length,
                 "longer examples are dropped, in tokens; default: 1024, or what the model takes "
                 "where that is less")
      ->check(CLI::PositiveNumber);
  add(app, "--min_response_length", flags.limits.min_response,
      "examples with a shorter response are dropped, in tokens")
      ->check(CLI::NonNegativeNumber);
  add(app, "--pad_response_to", flags.limits.pad_response_to,
      "shorter responses are filled up with the pad token, in tokens")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--max_examples", flags.max_examples,
                 "a random choice of so many, 0 is all; default: 2000 for cts, else all")
      ->check(CLI::NonNegativeNumber);
  add(app, "--learning_rate", trainer.optimizer.learning_rate, "decays linearly to 0")
      ->check(CLI::PositiveNumber);
  add(app, "--warmup_updates", trainer.optimizer.warmup_updates, "linear from 0")
      ->check(CLI::NonNegativeNumber);
  add(app, "--weight_decay", trainer.optimizer.weight_decay, "of AdamW; norms have none")
      ->check(CLI::NonNegativeNumber);
  add(app, "--beta2", trainer.optimizer.beta2, "of AdamW")->check(CLI::Range(0.0, 0.999999));
  add(app, "--max_grad_norm", trainer.optimizer.max_grad_norm, "gradients are clipped to it")
      ->check(CLI::PositiveNumber);
  add(app, "--seed", trainer.seed, "of everything random");
  add(app, "--dtype", flags.dtype, "of the forward pass; auto is bfloat16 on a GPU, else float32")
      ->type_name("{auto,float32,bfloat16}");
  add(app, "--device", flags.device, "auto is a GPU if one is usable")
      ->type_name("{auto,cpu,cuda,cuda:N}");
  app.add_option("--threads", flags.threads,
                 "CPU threads; default: LibTorch's. Fewer where the machine does other work")
      ->check(CLI::PositiveNumber);
  app.add_flag("--checkpoint_activations", trainer.checkpoint_activations,
               "keep only the inputs of the transformer layers; slower, far less memory");
  add(app, "--save_every", trainer.save_every_updates, "updates between two checkpoints")
      ->check(CLI::PositiveNumber);
  add(app, "--keep_checkpoints", trainer.keep_checkpoints, "newest checkpoints that stay")
      ->check(CLI::PositiveNumber);
  app.add_flag("--resume", trainer.resume, "go on from the newest checkpoint of --output_dir");
}

void add_cts_flags(CLI::App& app, TrainFlags& flags) {
  app.add_option("--checkpoint_path", flags.checkpoint_path, "adapter to train on; default: new")
      ->type_name("DIR");
  add(app, "--continuous_K", flags.cts.steps, "consecutive denoising steps")
      ->check(CLI::PositiveNumber);
  add(app, "--decoded_per_step", flags.cts.decoded_per_step, "one of these is drawn per batch")
      ->check(CLI::PositiveNumber);
  add(app, "--block_cap", flags.cts.block_cap, "longest block, in tokens")
      ->check(CLI::PositiveNumber);
  add(app, "--k_soft", flags.cts.k_soft, "tokens mixed in a soft token")
      ->check(CLI::PositiveNumber);
  add(app, "--alpha_low", flags.cts.alpha_low, "alpha_soft_mask is uniform from here");
  add(app, "--alpha_high", flags.cts.alpha_high, "up to below here");
  add(app, "--lora_r", flags.lora.r, "rank of the adapter")->check(CLI::PositiveNumber);
  add(app, "--lora_alpha", flags.lora.alpha, "scaling is lora_alpha / lora_r")
      ->check(CLI::PositiveNumber);
  add(app, "--lora_dropout", flags.lora.dropout, "of the adapter's inputs")
      ->check(CLI::Range(0.0, 0.99));
  add(app, "--lora_targets", flags.lora.targets, "matrices that get an adapter");
}

}  // namespace

void add_train_commands(CLI::App& app, TrainFlags& flags) {
  app.require_subcommand(1);
  const auto command = [&](Method method, const char* help) {
    CLI::App* const sub = app.add_subcommand(kMethodNames[static_cast<int>(method)], help);
    sub->parse_complete_callback([&flags, method] { flags.method = method; });
    add_common_flags(*sub, flags);
    return sub;
  };
  for (CLI::App* const sub : {command(Method::kPretrain, "masked diffusion on all tokens"),
                              command(Method::kSft, "masked diffusion on the responses")}) {
    sub->add_flag("--muon", flags.trainer.optimizer.muon,
                  "orthogonal steps for the layers' matrices: often half the updates");
    add(*sub, "--least_t", flags.least_t, "the masked share t is uniform from here to 1")
        ->check(CLI::Range(0.0, 0.999));
  }
  add_cts_flags(*command(Method::kCts, "continuous trajectory supervision of a LoRA adapter"),
                flags);
}

void check(const TrainFlags& flags) {
  const auto& cts = flags.cts;
  refuse_stdout({"--output_dir", flags.trainer.output_dir.string()}, "a folder");
  if (flags.dtype == "float16") {
    throw UsageError(
        "--dtype: float16, whose gradients underflow without loss scaling, expected bfloat16, "
        "float32 or auto; change it");
  }
  if (flags.method != Method::kCts) return;
  if (!(0 <= cts.alpha_low && cts.alpha_low < cts.alpha_high && cts.alpha_high <= 1)) {
    throw UsageError(fmt::format(
        "--alpha_low, --alpha_high: {} and {}, expected 0 <= low < high <= 1; change one",
        cts.alpha_low, cts.alpha_high));
  }
  for (const std::int64_t decoded : cts.decoded_per_step) {
    if (decoded * cts.steps >= flags.limits.max_length) {
      throw UsageError(fmt::format(
          "--decoded_per_step: {} in {} steps, expected fewer positions than --max_length {}",
          decoded, cts.steps, flags.limits.max_length));
    }
  }
}

std::int64_t longest_example(const TrainFlags& flags, std::int64_t model_takes) {
  if (!flags.max_length) return std::min(flags.limits.max_length, model_takes);
  if (*flags.max_length <= model_takes) return *flags.max_length;
  throw UsageError(
      fmt::format("--max_length: {}, expected at most the {} tokens that the model takes; change "
                  "the flag",
                  *flags.max_length, model_takes));
}

std::int64_t example_limit(const TrainFlags& flags) {
  constexpr std::int64_t kPublished = 2000;  // sft_train_CTS.py, max_dataNum
  return flags.max_examples.value_or(flags.method == Method::kCts ? kPublished : 0);
}

nlohmann::ordered_json settings(const TrainFlags& flags) {
  const training::TrainerOptions& trainer = flags.trainer;
  nlohmann::ordered_json json = {{"method", kMethodNames[static_cast<int>(flags.method)]},
                                 {"batch_size", trainer.batch_size},
                                 {"group_by_length", trainer.group_by_length},
                                 {"grad_accum_steps", trainer.grad_accum_steps},
                                 {"max_length", flags.limits.max_length},
                                 {"min_response_length", flags.limits.min_response},
                                 {"pad_response_to", flags.limits.pad_response_to},
                                 {"max_examples", example_limit(flags)},
                                 {"learning_rate", trainer.optimizer.learning_rate},
                                 {"warmup_updates", trainer.optimizer.warmup_updates},
                                 {"weight_decay", trainer.optimizer.weight_decay},
                                 {"beta2", trainer.optimizer.beta2},
                                 {"muon", trainer.optimizer.muon},
                                 {"max_grad_norm", trainer.optimizer.max_grad_norm},
                                 {"seed", trainer.seed},
                                 {"least_t", flags.least_t},
                                 {"dtype", flags.dtype},
                                 {"device", flags.device}};
  for (const std::string& path : flags.train_data) json["data_hashes"].push_back(file_hash(path));
  if (flags.method != Method::kCts) return json;
  json["checkpoint_path"] = flags.checkpoint_path;
  json["continuous_K"] = flags.cts.steps;
  json["decoded_per_step"] = flags.cts.decoded_per_step;
  json["block_cap"] = flags.cts.block_cap;
  json["k_soft"] = flags.cts.k_soft;
  json["alpha"] = {flags.cts.alpha_low, flags.cts.alpha_high};
  json["lora"] = {{"r", flags.lora.r},
                  {"alpha", flags.lora.alpha},
                  {"dropout", flags.lora.dropout},
                  {"targets", flags.lora.targets}};
  return json;
}

}  // namespace evotoken::programs
