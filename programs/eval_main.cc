// evotoken-eval: models × tasks × decoding settings to accuracy and speed (spec: interfaces.md).
#include <c10/core/ScalarType.h>
#include <fmt/format.h>
#include <torch/headeronly/version.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <map>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/progress.h"
#include "engine/model/device.h"
#include "programs/eval_cell.h"
#include "programs/eval_flags.h"
#include "programs/eval_plan.h"
#include "programs/main.h"
#include "reports/accuracy_report.h"
#include "reports/results_json.h"

namespace {

using namespace evotoken;
using namespace evotoken::programs;

std::atomic<bool> interrupted{false};

void on_interrupt(int signal_number) {
  interrupted = true;
  std::signal(signal_number, SIG_DFL);  // a second one ends the program at once
}

void print_cells(const EvalPlan& plan) {
  std::int64_t passes = 0;
  for (const Cell& cell : plan.cells) {
    const TaskPlan& task = plan.task_of(cell);
    const std::int64_t cell_passes =
        cell.max_passes() * static_cast<std::int64_t>(task.chosen.size());
    passes += cell_passes;
    fmt::print("{}: {} samples ({}, {}), {} forward passes at most\n", cell.generations_path(0),
               task.chosen.size(), task.dataset.name, task.dataset.split, cell_passes);
  }
  fmt::print("{} cells, {} forward passes at most\n", plan.cells.size(), passes);
}

void print_first_prompts(const EvalPlan& plan, const LoadedModel& loaded) {
  for (const TaskPlan& task : plan.tasks) {
    if (task.chosen.empty()) continue;
    const std::string prompt = render_prompt(task, task.sample(0), loaded.tokenizer);
    fmt::print(stderr, "--- {}, {} tokens, gold {}\n{}\n---\n", task.sample(0).id,
               loaded.tokenizer.encode(prompt).size(),
               task.task->ground_truth(task.sample(0)).dump(), prompt);
  }
}

/// A sample whose prompt leaves no room for the generation is a failure of the sample; a gen_length
/// that leaves none for any prompt is a mistake in the flags.
void check_lengths(const EvalPlan& plan, const LoadedModel& loaded) {
  for (const Cell& cell : plan.cells) {
    const std::int64_t most = loaded.model.config().max_sequence_length;
    if (cell.options.gen_length >= most) {
      throw UsageError(
          fmt::format("--gen_length: {}, expected less than the {} tokens that the model takes",
                      cell.options.gen_length, most));
    }
  }
}

reports::RunProvenance provenance(const EvalFlags& flags, const EvalPlan& plan,
                                  const LoadedModel& loaded, int argc, const char* const* argv) {
  reports::RunProvenance run;
  run.program = "evotoken-eval";
  run.command_line.assign(argv, argv + argc);
  nlohmann::ordered_json cells = nlohmann::ordered_json::array();
  std::set<std::int64_t> seeds;
  for (const Cell& cell : plan.cells) {
    nlohmann::ordered_json entry = {{"directory", cell.directory}, {"setup", cell.setup}};
    entry.update(decoding::to_json(cell.options));
    cells.push_back(entry);
    seeds.insert(static_cast<std::int64_t>(cell.options.seed));
  }
  run.flags = {{"model_path", flags.model.model_path},
               {"checkpoint_path", flags.model.checkpoint_path},
               {"unmerged_lora", flags.model.unmerged_lora},
               {"few_shot", flags.few_shot},
               {"limit", flags.limit},
               {"samples", flags.samples},
               {"data_dir", flags.data_dir},
               {"order", flags.order},
               {"batch_size", flags.batch_size},
               {"packed_batch", flags.packed_batch},
               {"workers", flags.workers},
               {"threads_per_worker", flags.threads_per_worker},
               {"cells", cells}};
  run.seeds.assign(seeds.begin(), seeds.end());
  run.model_hashes["model"] = loaded.model_hash;
  if (!loaded.adapter_hash.empty()) run.model_hashes["adapter"] = loaded.adapter_hash;
  for (const TaskPlan& task : plan.tasks) {
    run.prompt_hashes[task.task->name()] = content_hash(task.task->system_prompt());
    run.data_hashes[task.dataset.name + " (" + task.dataset.split + "), " + task.dataset.path] =
        task.dataset.content_hash;
  }
  run.libtorch_version =
      fmt::format("{}.{}.{}", TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR, TORCH_VERSION_PATCH);
  run.device = fmt::format("{} {}", loaded.model.device().str(),
                           model::describe_device(loaded.model.device()));
  run.dtype = model::dtype_name(loaded.model.dtype());
  run.host_cpu = reports::host_cpu_name();
  run.started_at = std::chrono::system_clock::now();
  return run;
}

/// The table over all records so far, and a results.json in every folder that it mentions.
reports::AccuracyTable write_reports(const std::vector<reports::ResultRecord>& records,
                                     const EvalPlan& plan, reports::RunProvenance& run) {
  reports::ExpectedItems expected;
  for (const Cell& cell : plan.cells) {
    expected[{cell.directory, cell.setup}] =
        static_cast<std::int64_t>(plan.task_of(cell).chosen.size());
  }
  const reports::AccuracyTable table = reports::make_accuracy_table(records, expected);
  std::map<std::string, std::vector<reports::AccuracyCell>> by_directory;
  for (const reports::AccuracyCell& cell : table.cells)
    by_directory[cell.directory].push_back(cell);
  run.finished_at = std::chrono::system_clock::now();
  for (const auto& [directory, cells] : by_directory) {
    reports::write_results(directory + "/" + reports::kResultsFilename, run, cells);
  }
  return table;
}

void print_report(const reports::AccuracyTable& table, const EvalPlan& plan,
                  const LoadedModel& loaded, std::ostream& out) {
  out << reports::accuracy_text(table);
  out << fmt::format("model {} on {} ({}), peak host memory {:.2f} GB\n", loaded.model_path,
                     model::describe_device(loaded.model.device()),
                     model::dtype_name(loaded.model.dtype()),
                     static_cast<double>(model::peak_host_memory_bytes()) / 1e9);
  for (const TaskPlan& task : plan.tasks) {
    out << fmt::format("{}: {} of the {} samples of {} ({})\n", task.task->name(),
                       task.chosen.size(), task.dataset.samples.size(), task.dataset.path,
                       task.dataset.split);
  }
  if (loaded.random_weights) {
    out << "The model is made of random weights: its answers mean nothing. "
           "Pass --model_path for a real one.\n";
  }
}

int run(const EvalFlags& flags, int argc, const char* const* argv) {
  const EvalPlan plan = make_plan(flags);
  if (flags.dry_run) {
    print_cells(plan);
    return static_cast<int>(ExitStatus::kSuccess);
  }
  for (const Cell& cell : plan.cells) prepare_output(cell);
  const LoadedModel loaded = load_model(flags.model);
  check_lengths(plan, loaded);
  if (flags.write_out) print_first_prompts(plan, loaded);
  reports::RunProvenance run = provenance(flags, plan, loaded, argc, argv);

  std::int64_t samples = 0;
  for (const Cell& cell : plan.cells) {
    samples += static_cast<std::int64_t>(plan.task_of(cell).chosen.size());
  }
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  std::vector<reports::ResultRecord> records;
  reports::AccuracyTable table;
  {
    Progress progress("evaluating", samples, "samples");
    for (const Cell& cell : plan.cells) {
      if (interrupted) break;
      const CellResult result =
          run_cell(cell, plan.task_of(cell), {loaded, flags, interrupted, progress});
      records.insert(records.end(), result.records.begin(), result.records.end());
      table = write_reports(records, plan, run);
    }
  }

  const bool json_on_stdout = flags.json == "-";
  print_report(table, plan, loaded, json_on_stdout ? std::cerr : std::cout);
  if (!flags.json.empty()) {
    nlohmann::ordered_json json = reports::results_json(run, table.cells);
    json["max_over_alpha"] = reports::best_json(table);
    const std::string text =
        json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    if (json_on_stdout) {
      std::cout << text << '\n';
    } else {
      write_file_atomically(flags.json, text + "\n");
    }
  }
  if (interrupted) return static_cast<int>(ExitStatus::kInterrupted);
  const bool all_failed = std::all_of(records.begin(), records.end(),
                                      [](const auto& record) { return record.failed.has_value(); });
  if (!records.empty() && all_failed) {
    throw DeviceError(fmt::format("{} samples: all failed, the first with: {}", records.size(),
                                  *records.front().failed));
  }
  return static_cast<int>(ExitStatus::kSuccess);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Evaluates a masked-diffusion language model: every list flag spans a grid.",
               "evotoken-eval");
  EvalFlags flags;
  add_eval_flags(app, flags);
  return run_main(app, argc, argv, [&] {
    if (!flags.config.empty()) {
      // CLI11 takes arguments in reverse; the command line stands after the file and so overrides
      // it.
      std::vector<std::string> arguments = config_arguments(flags.config);
      arguments.insert(arguments.end(), argv + 1, argv + argc);
      std::reverse(arguments.begin(), arguments.end());
      app.parse(arguments);
    }
    return run(flags, argc, argv);
  });
}
