// evotoken-train pretrain|sft|cts: masked-diffusion training and continuous trajectory supervision.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/note.h"
#include "engine/model/device.h"
#include "engine/model/torch_runtime.h"
#include "engine/tokenizer/tokenizer.h"
#include "engine/weights/model_folder.h"
#include "programs/builtin_model.h"
#include "programs/main.h"
#include "programs/train_flags.h"
#include "training/activation_memory.h"
#include "training/cts.h"
#include "training/example.h"
#include "training/masked_diffusion.h"
#include "training/processes.h"
#include "training/trainer.h"

namespace {

using namespace evotoken;
using programs::Method;
using programs::TrainFlags;

volatile std::sig_atomic_t stop_requested = 0;

void on_interrupt(int /*signal*/) { stop_requested = 1; }

std::vector<training::Example> load_examples(const TrainFlags& flags,
                                             const tokenizer::Tokenizer& tokenizer) {
  training::ExampleLimits limits = flags.limits;
  limits.prompt_end = flags.method == Method::kCts ? training::PromptEnd::kUserTurn
                                                   : training::PromptEnd::kAssistantHeader;
  limits.pad_token = static_cast<std::int32_t>(flags.pad_token_id);
  std::vector<training::Example> examples;
  std::size_t records = 0;
  for (const std::string& path : flags.train_data) {
    const auto data = training::read_training_file(path);
    records += data.size();
    auto encoded = training::encode_examples(data, tokenizer, limits);
    examples.insert(examples.end(), std::make_move_iterator(encoded.begin()),
                    std::make_move_iterator(encoded.end()));
  }
  if (examples.empty()) {
    throw DataError(
        fmt::format("--train_data: none of {} records has at most {} tokens and at least {} of "
                    "response; change --max_length or --min_response_length",
                    records, limits.max_length, limits.min_response));
  }
  // Which examples are kept is drawn apart from the orders of the epochs, which count from 0.
  constexpr std::uint64_t kChoice = std::uint64_t{1} << 48;
  training::Draw draw(flags.trainer.seed, training::Stream::kOrder, kChoice);
  const auto order = draw.permutation(static_cast<std::int64_t>(examples.size()));
  const std::int64_t limit = programs::example_limit(flags);
  std::vector<training::Example> kept;
  for (const std::int64_t i : order) {
    if (limit > 0 && std::ssize(kept) == limit) break;
    kept.push_back(std::move(examples[static_cast<std::size_t>(i)]));
  }
  note("{} examples of {} records", kept.size(), records);
  if (const std::size_t dropped = records - examples.size(); dropped > 0) {
    note(" ({} longer than --max_length {} or with less response than --min_response_length {})",
         dropped, limits.max_length, limits.min_response);
  }
  note("\n");
  return kept;
}

at::ScalarType training_dtype(const TrainFlags& flags, at::Device device) {
  return model::parse_dtype(flags.dtype).value_or(device.is_cpu() ? at::kFloat : at::kBFloat16);
}

std::unique_ptr<training::TrainableModel> load_trainable(const TrainFlags& flags,
                                                         const std::filesystem::path& folder) {
  training::TrainableOptions options;
  options.model_folder = folder;
  options.device = model::open_device(flags.device);
  options.dtype = training_dtype(flags, options.device);
  if (flags.method != Method::kCts) return training::make_full(options);
  return training::make_lora(options, flags.lora, flags.trainer.seed, flags.checkpoint_path);
}

/// What a pass of the longest examples needs, before hours of shorter ones have gone by. Counted
/// for adapters alone (docs/training-memory.md).
void note_memory(const TrainFlags& flags, const training::TrainableModel& model,
                 const std::vector<training::Example>& examples) {
  if (flags.method != Method::kCts) return;
  std::size_t longest = 0;
  for (const training::Example& example : examples) {
    longest = std::max(longest, example.tokens.size());
  }
  training::ActivationShape shape;
  shape.config = model.config();
  shape.rows = flags.trainer.batch_size * static_cast<std::int64_t>(longest);
  shape.logit_rows = shape.rows;
  shape.lora_r = flags.lora.r;
  shape.dtype_bytes =
      static_cast<std::int64_t>(c10::elementSize(training_dtype(flags, model.device())));
  shape.checkpointed = flags.trainer.checkpoint_activations;
  note("at most {:.2f} GB for a pass of the longest examples, beside the weights and the adapter\n",
       static_cast<double>(training::activation_bytes(shape)) / 1e9);
}

std::unique_ptr<training::Objective> make_objective(const TrainFlags& flags) {
  if (flags.method == Method::kCts) {
    return std::make_unique<training::ContinuousTrajectorySupervision>(flags.cts);
  }
  return std::make_unique<training::MaskedDiffusion>(flags.method == Method::kSft, flags.least_t);
}

int run(TrainFlags flags) {
  const auto folder = flags.model_name == "builtin"
                          ? programs::builtin_model_folder()
                          : weights::resolve_model_folder(flags.model_name, "config.json");
  const weights::ModelConfig config = weights::read_model_config(folder);
  flags.limits.max_length = programs::longest_example(flags, config.max_sequence_length);
  check(flags);
  if (flags.threads > 0) model::set_threads(flags.threads);
  const auto processes = training::join_processes();
  const auto tokenizer = tokenizer::Tokenizer::load(folder);
  flags.pad_token_id = config.pad_token_id;
  const auto examples = load_examples(flags, tokenizer);
  const auto model = load_trainable(flags, folder);
  flags.trainer.settings = settings(flags);
  flags.trainer.settings["model_hash"] = weights::model_folder_hash(folder);
  flags.trainer.settings["world_size"] = processes->world_size();
  flags.trainer.settings["total_updates"] =
      training::total_updates(flags.trainer, std::ssize(examples), processes->world_size());
  check_writable(flags.trainer.output_dir / "loss.jsonl");
  if (processes->rank() == 0) note_memory(flags, *model, examples);

  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  const auto objective = make_objective(flags);
  const auto summary = training::train({*model, *objective, examples}, flags.trainer, *processes,
                                       [] { return stop_requested != 0; });
  if (processes->rank() == 0) {
    fmt::print("{}: {} updates, last loss {:.4f}{}\n", flags.trainer.output_dir.string(),
               summary.updates, summary.last_loss,
               summary.interrupted ? "; interrupted, go on with --resume" : "");
  }
  return static_cast<int>(summary.interrupted ? ExitStatus::kInterrupted : ExitStatus::kSuccess);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Trains a masked-diffusion language model or an adapter of it.", "evotoken-train");
  TrainFlags flags;
  programs::add_train_commands(app, flags);
  return programs::run_main(app, argc, argv, [&] { return run(flags); });
}
