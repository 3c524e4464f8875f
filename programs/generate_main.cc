// evotoken-generate: one prompt, decoded and shown (spec: interfaces.md).
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/note.h"
#include "base/stopwatch.h"
#include "engine/decoding/denoiser.h"
#include "engine/model/torch_runtime.h"
#include "programs/decoding_flags.h"
#include "programs/live_view.h"
#include "programs/main.h"
#include "programs/model_flags.h"
#include "programs/output.h"
#include "tasks/task.h"

namespace {

using namespace evotoken;
using namespace evotoken::programs;
using Json = nlohmann::ordered_json;

/// The single-prompt settings of the published code: the evaluation's, but greedy.
decoding::DecodingOptions single_prompt_defaults() {
  decoding::DecodingOptions options;
  options.temperature = 0;
  return options;
}

struct Options {
  std::string prompt;
  std::string prompt_ids;
  std::string task;
  std::string trace;
  std::string json;
  ModelFlags model;
  DecodingFlags decoding{single_prompt_defaults()};
};

/// Writes each step as a JSON line and hands it on to the screen, where there is one.
class Tracer final : public decoding::TraceSink {
 public:
  Tracer(const std::string& path, std::unique_ptr<LiveView> view)
      : path_(path), view_(std::move(view)) {
    if (path_.empty()) return;
    file_.open(path_, std::ios::trunc);
    check();
  }

  bool wanted() const { return !path_.empty() || view_ != nullptr; }

  void on_step(const decoding::StepView& step) override {
    if (view_ != nullptr) view_->on_step(step);
    if (path_.empty()) return;
    file_ << to_json(step).dump() << '\n' << std::flush;
    check();
  }

 private:
  void check() const {
    if (file_) return;
    throw DeviceError(path_ +
                      ": cannot be written, expected a writable folder; choose another file");
  }
  std::string path_;
  std::ofstream file_;
  std::unique_ptr<LiveView> view_;
};

/// The text that the model reads: the prompt as the user turn, or as the question of a task.
std::string render_prompt(const Options& options, const tokenizer::Tokenizer& tokenizer) {
  if (options.task.empty()) return tokenizer.render_user_turn(options.prompt);
  datasets::Sample sample;
  sample.question = options.prompt;
  return tokenizer.render_user_turn(tasks::user_turn(tasks::find_task(options.task), sample)) +
         std::string(tasks::kPrefill);
}

/// Before the model is loaded.
void check_task_flag(const Options& options) {
  tasks::find_task(options.task);
  if (options.prompt.empty()) {
    throw UsageError(fmt::format(
        "--task {}: given without --prompt, expected a question for its prompt; add --prompt TEXT",
        options.task));
  }
}

std::vector<TokenId> read_prompt(const Options& options, const LoadedModel& loaded) {
  if (options.prompt.empty() == options.prompt_ids.empty()) {
    throw UsageError(
        fmt::format("prompt: {}, expected either --prompt TEXT or --prompt_ids 1,2,3; give "
                    "one of them",
                    options.prompt.empty() ? "none or an empty one given" : "both given"));
  }
  if (!options.prompt.empty()) {
    return loaded.tokenizer.encode(render_prompt(options, loaded.tokenizer));
  }
  std::vector<TokenId> ids;
  for (const std::string& part : split_list("prompt_ids", options.prompt_ids)) {
    const std::int64_t id = parse_integer("prompt_ids", part);
    if (id < 0 || id >= loaded.model.config().vocab_size) {
      throw UsageError(fmt::format("--prompt_ids: {}, expected ids from 0 to {}; change the flag",
                                   id, loaded.model.config().vocab_size - 1));
    }
    ids.push_back(static_cast<TokenId>(id));
  }
  return ids;
}

/// `output` up to the end tokens that fill its rest. (The JSON holds all of it.)
std::vector<TokenId> without_end(std::vector<TokenId> output, const std::set<TokenId>& ends) {
  while (!output.empty() && ends.contains(output.back())) output.pop_back();
  return output;
}

int run(const Options& options) {
  const model::WithoutGradients inference;
  const decoding::DecodingOptions decoding_options = options.decoding.single();
  const bool json_on_stdout = stdout_is_taken({{"--json", options.json}});
  refuse_stdout({"--trace", options.trace});
  check_model_flags(options.model);
  check_output(options.json);
  if (!options.task.empty()) check_task_flag(options);
  const LoadedModel loaded = load_model(options.model);
  const std::vector<TokenId> prompt = read_prompt(options, loaded);
  // Recorded steps are seen by nobody.
  const bool show = ::isatty(STDERR_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1 &&
                    !json_on_stdout && !options.model.cuda_graphs;
  Tracer tracer(options.trace, show ? std::make_unique<LiveView>(loaded.tokenizer) : nullptr);

  const auto start = std::chrono::steady_clock::now();
  decoding::Denoiser denoiser(loaded.model, decoding_options, prompt,
                              decoding::Randomness::keyed(decoding_options.seed, "prompt"),
                              tracer.wanted() ? &tracer : nullptr);
  std::int64_t decoded_tokens = 0;  // an early stop fills the rest
  while (!denoiser.finished()) {
    decoded_tokens = denoiser.state().block_end() - denoiser.state().prompt_length;
    denoiser.advance(loaded.graphs.get());
  }
  const double decode_s = seconds_since(start);

  const std::vector<TokenId> output = denoiser.output();
  const std::string text = loaded.tokenizer.decode_output(output);
  const decoding::SequenceState& state = denoiser.state();
  const double tokens_per_second = static_cast<double>(decoded_tokens) / decode_s;
  if (!json_on_stdout) {
    const std::vector<TokenId> shown = without_end(output, end_tokens(loaded));
    std::cout << loaded.tokenizer.decode_output(shown) << '\n';
    note(
        "{} tokens ({} after the end not shown), {} forward passes, {} revised; load {:.2f} s, "
        "decode {:.2f} s, {:.1f} "
        "tokens/s\n",
        output.size(), output.size() - shown.size(), state.nfe, state.revised_tokens,
        loaded.load_seconds, decode_s, tokens_per_second);
  }
  const Json json = {{"prompt_ids", prompt},
                     {"output_ids", output},
                     {"text", text},
                     {"nfe", state.nfe},
                     {"revised_tokens", state.revised_tokens},
                     {"seconds", {{"load", loaded.load_seconds}, {"decode", decode_s}}},
                     {"tokens_per_second", tokens_per_second},
                     {"decoding", decoding::to_json(decoding_options)}};
  write_json(options.json, json, /*indent=*/-1);
  return static_cast<int>(ExitStatus::kSuccess);
}

}  // namespace

int main(int argc, char** argv) {
  // Nothing is lost: the trace is written step by step.
  std::signal(SIGINT, [](int) { std::_Exit(static_cast<int>(ExitStatus::kInterrupted)); });
  CLI::App app("Decodes one prompt with a masked-diffusion language model.", "evotoken-generate");
  Options options;
  app.option_defaults()->group("Prompt");
  app.add_option("--prompt", options.prompt,
                 "text of the user turn; the chat template goes around it");
  app.add_option("--prompt_ids", options.prompt_ids, "token ids as they are, e.g. 1,2,3");
  app.add_option("--task", options.task,
                 "take --prompt as a question of this task: its instructions go before it and "
                 "<reasoning> begins the answer, as in evotoken-eval");
  app.option_defaults()->group("Output");
  app.add_option("--trace", options.trace, "write every denoising step as a JSON line to this file")
      ->type_name("FILE");
  app.add_option("--json", options.json, "the result as JSON to a file, or - for stdout")
      ->type_name("FILE");
  add_model_flags(app, options.model);
  options.decoding.add_to(app);
  return run_main(app, argc, argv, [&] { return run(options); });
}
