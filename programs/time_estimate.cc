#include "programs/time_estimate.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "engine/decoding/block_schedule.h"
#include "engine/model/torch_runtime.h"
#include "programs/cell_run.h"
#include "programs/eval_run.h"

namespace evotoken::programs {
namespace {

/// Mean seconds of a forward pass of `cell` on the prompt of median length.
double seconds_per_pass(const Cell& cell, const std::vector<Prompt>& prompts,
                        const LoadedModel& loaded) {
  std::vector<std::size_t> lengths;
  for (const Prompt& prompt : prompts) lengths.push_back(prompt.ids.size());
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::nth_element(lengths.begin(), middle, lengths.end());
  const auto median =
      std::ranges::find(prompts, *middle, [](const Prompt& prompt) { return prompt.ids.size(); });
  decoding::DecodingOptions options = cell.options;
  options.diffusion_steps = options.blocks();
  const std::vector<decoding::GenerationRequest> request = {{"estimate", median->ids}};
  const decoding::BatchOptions batch = {.graphs = loaded.graphs.get()};
  // The first one warms up; with graphs the second one is recorded.
  for (int warm_up = 0; warm_up < (loaded.graphs == nullptr ? 1 : 2); ++warm_up) {
    decoding::generate(loaded.model, options, request, batch);
  }
  const auto result = decoding::generate(loaded.model, options, request, batch);
  return result[0].seconds / static_cast<double>(std::max<std::int64_t>(1, result[0].nfe));
}

}  // namespace

double estimate_seconds(const EvalPlan& plan, const EvalFlags& flags, const LoadedModel& loaded) {
  model::set_threads(flags.threads_per_worker);
  // By task, length, decoder and cache: each changes what a pass computes.
  std::map<std::tuple<std::size_t, std::int64_t, std::string, decoding::Cache>, double> measured;
  double seconds = 0;
  std::int64_t samples = 0;
  for (const Cell& cell : plan.cells) {
    const TaskPlan& task = plan.task_of(cell);
    if (task.chosen.empty()) continue;
    const decoding::DecodingOptions& options = cell.options;
    const auto key = std::tuple(cell.task, options.gen_length, options.decoder, options.cache);
    if (!measured.contains(key)) {
      measured[key] = seconds_per_pass(cell, make_prompts(task, loaded.tokenizer), loaded);
    }
    seconds += measured[key] * static_cast<double>(decoding::max_passes(options)) *
               static_cast<double>(task.chosen.size());
    samples += std::ssize(task.chosen);
  }
  return seconds / static_cast<double>(worker_count(flags, loaded, samples));
}

}  // namespace evotoken::programs
