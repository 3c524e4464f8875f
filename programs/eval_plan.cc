#include "programs/eval_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "base/error.h"
#include "reports/setup_directory.h"

namespace evotoken::programs {
namespace {

using decoding::DecodingOptions;

/// As Python writes a float: 0.7, 0.0, 1.0.
std::string python_float(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

/// The task names of --task, each once.
std::vector<std::string> task_spellings(const std::string& text) {
  std::vector<std::string> spellings;
  std::set<std::string> seen;
  for (const std::string& name : split_list("task", text)) {
    if (name == "all") {
      for (const tasks::Task* task : tasks::all_tasks()) {
        if (seen.insert(task->name()).second) spellings.push_back(task->name());
      }
    } else if (seen.insert(tasks::find_task(name).name()).second) {
      spellings.push_back(name);
    }
  }
  return spellings;
}

TaskPlan plan_task(const std::string& spelling, const EvalFlags& flags) {
  TaskPlan plan;
  plan.task = &tasks::find_task(spelling);
  plan.spelling = spelling;
  plan.dataset = plan.task->load(flags.data_dir);
  const std::size_t size = plan.dataset.samples.size();
  if (flags.samples.empty()) {
    plan.chosen.resize(size);
    std::iota(plan.chosen.begin(), plan.chosen.end(), std::size_t{0});
  } else {
    plan.chosen = parse_samples(flags.samples, size, plan.task->name());
  }
  if (flags.limit > 0)
    plan.chosen.resize(std::min(plan.chosen.size(), static_cast<std::size_t>(flags.limit)));
  if (flags.few_shot > 0) {
    const auto wanted = static_cast<std::size_t>(flags.few_shot);
    plan.examples = plan.task->load_examples(flags.data_dir).samples;
    if (plan.examples.size() < wanted) {
      throw UsageError(fmt::format("--few_shot: {}, but {} has {} examples; ask for fewer", wanted,
                                   plan.task->name(), plan.examples.size()));
    }
    plan.examples.resize(wanted);
  }
  return plan;
}

std::string file_stem(const Cell& cell, int rank) {
  return fmt::format("{}/{}_{}", cell.directory, cell.setup, rank);
}

/// Two cells in one file would overwrite each other, and take over each other's samples.
void check_paths(const std::vector<Cell>& cells) {
  std::set<std::string> paths;
  for (const Cell& cell : cells) {
    const std::string path = cell.generations_path(0);
    if (paths.insert(path).second) continue;
    throw UsageError(fmt::format(
        "{}: the file of two settings of the grid, expected one for each; run them one after the "
        "other with an --output_dir each",
        path));
  }
}

}  // namespace

std::string Cell::generations_path(int rank) const {
  return file_stem(*this, rank) + "_generations.json";
}
std::string Cell::journal_path(int rank) const { return file_stem(*this, rank) + "_journal.jsonl"; }

std::string cell_directory(const EvalFlags& flags, const DecodingOptions& options) {
  const DecodingOptions published;
  std::string directory = flags.output_dir;
  while (directory.size() > 1 && directory.ends_with('/')) directory.pop_back();
  const auto append = [&](bool differs, const char* name, const std::string& value) {
    if (differs) directory += fmt::format("_{}_{}", name, value);
  };
  append(options.block_length != published.block_length, "blockLength",
         fmt::format("{}", options.block_length));
  append(options.temperature != published.temperature, "temperature",
         python_float(options.temperature));
  append(options.threshold.has_value(), "threshold", python_float(options.threshold.value_or(0)));
  append(options.factor.has_value(), "factor", python_float(options.factor.value_or(0)));
  append(options.cache != published.cache, "cache", choice_name(options.cache));
  append(options.cache_refresh != 0, "cacheRefresh", fmt::format("{}", options.cache_refresh));
  append(options.early_stop != published.early_stop, "earlyStop", choice_name(options.early_stop));
  append(options.remasking != published.remasking, "remasking", choice_name(options.remasking));
  append(options.seed != published.seed, "seed", fmt::format("{}", options.seed));
  append(flags.few_shot != 0, "fewShot", fmt::format("{}", flags.few_shot));
  append(flags.model.quantization != "none", "quantization", flags.model.quantization);
  if (options.decoder == published.decoder) {
    return reports::evotoken_directory(directory, options.k_soft,
                                       python_float(options.alpha_soft_mask));
  }
  // Of another method with soft tokens; not in EvoToken's words, by which reports know its folders.
  append(options.k_soft != published.k_soft, "softTokens", fmt::format("{}", options.k_soft));
  append(options.alpha_soft_mask != published.alpha_soft_mask, "maskWeight",
         python_float(options.alpha_soft_mask));
  return directory + "_" + options.decoder;
}

std::string cell_setup(const std::string& task, const DecodingOptions& options) {
  return fmt::format("{}_{}_{}", task, options.gen_length, options.diffusion_steps);
}

std::vector<std::size_t> parse_samples(const std::string& text, std::size_t size,
                                       std::string_view task) {
  std::set<std::size_t> indices;
  for (const std::string& part : split_list("samples", text)) {
    const std::size_t dash = part.find('-', 1);
    const std::int64_t first = parse_integer("samples", part.substr(0, dash));
    const std::int64_t last =
        dash == std::string::npos ? first : parse_integer("samples", part.substr(dash + 1));
    if (first < 0 || last < first || static_cast<std::size_t>(last) >= size) {
      throw UsageError(
          fmt::format("--samples: \"{}\", expected rising indices of the {} samples of {}, counted "
                      "from 0; change the flag, or leave the task out by --task",
                      part, size, task));
    }
    for (std::int64_t i = first; i <= last; ++i) indices.insert(static_cast<std::size_t>(i));
  }
  return {indices.begin(), indices.end()};
}

EvalPlan make_plan(const EvalFlags& flags) {
  const std::vector<DecodingOptions> grid = flags.decoding.grid();
  EvalPlan plan;
  for (const std::string& spelling : task_spellings(flags.tasks)) {
    plan.tasks.push_back(plan_task(spelling, flags));
  }
  for (std::size_t t = 0; t < plan.tasks.size(); ++t) {
    for (const DecodingOptions& options : grid) {
      plan.cells.push_back({t, options, cell_directory(flags, options),
                            cell_setup(plan.tasks[t].spelling, options)});
    }
  }
  check_paths(plan.cells);
  return plan;
}

}  // namespace evotoken::programs
