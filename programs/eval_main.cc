// evotoken-eval: models × tasks × decoding settings to accuracy and speed (spec: interfaces.md).
#include <c10/core/ScalarType.h>
#include <fmt/format.h>
#include <torch/headeronly/version.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/progress.h"
#include "engine/cluster/rendezvous.h"
#include "engine/model/device.h"
#include "engine/weights/model_folder.h"
#include "programs/eval_flags.h"
#include "programs/eval_plan.h"
#include "programs/eval_run.h"
#include "programs/main.h"
#include "programs/time_estimate.h"
#include "reports/accuracy_report.h"
#include "reports/results_json.h"

namespace {

using namespace evotoken;
using namespace evotoken::programs;

std::atomic<bool> interrupted{false};

/// `text` to stdout, and `json` to the file that was asked for; "-" is stdout, which then has it
/// alone.
void write_machine_or_text(const std::string& json_path, const nlohmann::ordered_json& json,
                           const std::string& text) {
  const std::string dumped =
      json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  (json_path == "-" ? std::cerr : std::cout) << text << std::flush;
  if (json_path == "-") {
    std::cout << dumped << '\n';
  } else if (!json_path.empty()) {
    write_file_atomically(json_path, dumped + "\n");
  }
}

/// The first interrupt lets the samples in flight finish; a second one ends the program at once.
void on_interrupt(int /*signal*/) {
  if (interrupted.exchange(true)) std::_Exit(static_cast<int>(ExitStatus::kInterrupted));
}

/// A sample whose prompt leaves no room for the generation is a failure of the sample; a gen_length
/// that leaves none for any prompt is a mistake in the flags.
void check_lengths(const EvalPlan& plan, const LoadedModel& loaded) {
  for (const Cell& cell : plan.cells) {
    decoding::check_vocabulary(cell.options, loaded.model.config().vocab_size);
    const std::int64_t most = loaded.model.config().max_sequence_length;
    if (cell.options.gen_length >= most) {
      throw UsageError(
          fmt::format("--gen_length: {}, expected less than the {} tokens that the model takes; "
                      "change the flag",
                      cell.options.gen_length, most));
    }
  }
}

/// What the run would take, or why that is not known: a plan can be looked at without the model.
nlohmann::ordered_json try_estimate(const EvalPlan& plan, const EvalFlags& flags,
                                    std::string& text) {
  try {
    const LoadedModel loaded = load_model(flags.model);
    check_lengths(plan, loaded);
    const double seconds = estimate_seconds(plan, flags, loaded);
    text += fmt::format("about {} here, if no sample ends early\n", format_duration(seconds));
    return seconds;
  } catch (const Error& error) {
    text += fmt::format("time not estimated: {}\n", error.what());
    return nullptr;
  }
}

/// The cells as JSON to stdout where that was asked for, else as lines for people.
void print_cells(const EvalPlan& plan, const EvalFlags& flags) {
  std::int64_t passes = 0;
  nlohmann::ordered_json cells = nlohmann::ordered_json::array();
  std::string text;
  for (const Cell& cell : plan.cells) {
    const TaskPlan& task = plan.task_of(cell);
    const auto samples = static_cast<std::int64_t>(task.chosen.size());
    passes += cell.max_passes() * samples;
    text +=
        fmt::format("{}: {} samples ({}), {} forward passes at most\n", cell.generations_path(0),
                    samples, task.dataset.split, cell.max_passes() * samples);
    cells.push_back({{"path", cell.generations_path(0)},
                     {"samples", samples},
                     {"max_forward_passes", cell.max_passes() * samples},
                     {"decoding", decoding::to_json(cell.options)}});
  }
  text += fmt::format("{} cells, {} forward passes at most\n", plan.cells.size(), passes);
  const auto seconds = try_estimate(plan, flags, text);
  write_machine_or_text(
      flags.json, {{"cells", cells}, {"max_forward_passes", passes}, {"estimated_s", seconds}},
      text);
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

reports::RunProvenance make_provenance(const EvalFlags& flags, const EvalPlan& plan,
                                       const LoadedModel& loaded, int argc,
                                       const char* const* argv) {
  reports::RunProvenance run;
  run.program = "evotoken-eval";
  run.command_line.assign(argv, argv + argc);
  nlohmann::ordered_json cells = nlohmann::ordered_json::array();
  std::set<std::uint64_t> seeds;
  for (const Cell& cell : plan.cells) {
    nlohmann::ordered_json entry = {{"directory", cell.directory}, {"setup", cell.setup}};
    entry.update(decoding::to_json(cell.options));
    cells.push_back(entry);
    seeds.insert(cell.options.seed);
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
  run.model_hashes["model"] = weights::model_folder_hash(loaded.model_folder);
  if (loaded.adapter_folder) {
    run.model_hashes["adapter"] = weights::model_folder_hash(*loaded.adapter_folder);
  }
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
  run.load_s = loaded.load_seconds;
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
  run.peak_memory_bytes = model::peak_host_memory_bytes();
  for (const auto& [directory, cells] : by_directory) {
    reports::write_results(directory + "/" + reports::kResultsFilename, run, cells);
  }
  return table;
}

std::string report_text(const reports::AccuracyTable& table, const EvalPlan& plan,
                        const LoadedModel& loaded) {
  std::string text = reports::accuracy_text(table);
  text += fmt::format("model {} on {} ({}), peak host memory {:.2f} GB\n", loaded.model_path,
                      model::describe_device(loaded.model.device()),
                      model::dtype_name(loaded.model.dtype()),
                      static_cast<double>(model::peak_host_memory_bytes()) / 1e9);
  for (const TaskPlan& task : plan.tasks) {
    text += fmt::format("{}: {} of the {} samples of {} ({}) asked for\n", task.task->name(),
                        task.chosen.size(), task.dataset.samples.size(), task.dataset.path,
                        task.dataset.split);
  }
  if (interrupted) text += "Interrupted: the table holds the samples that were finished.\n";
  if (loaded.model_path == "builtin") {
    text +=
        "The built-in model knows only problems like the built-in samples; pass --model_path for a "
        "real one.\n";
  }
  return text;
}

/// The exit status of a run that did what it could.
int exit_status() {
  return static_cast<int>(interrupted ? ExitStatus::kInterrupted : ExitStatus::kSuccess);
}

/// A cell none of whose samples could be decoded is a failure of the run.
void check_failures(const reports::AccuracyTable& table) {
  for (const reports::AccuracyCell& cell : table.cells) {
    if (cell.items == 0 || cell.failed < cell.items) continue;
    throw DeviceError(
        fmt::format("{}/{}: all {} samples failed, expected some to succeed; the journal "
                    "there says why",
                    cell.directory, cell.setup, cell.items));
  }
}

int run(const EvalFlags& flags, int argc, const char* const* argv) {
  const EvalPlan plan = make_plan(flags);
  if (flags.dry_run) {
    print_cells(plan, flags);
    return static_cast<int>(ExitStatus::kSuccess);
  }
  check_model_flags(flags.model);
  for (const Cell& cell : plan.cells) check_writable(cell.generations_path(0));
  if (!flags.json.empty() && flags.json != "-") check_writable(flags.json);
  const cluster::Membership membership = cluster::read_membership();
  const LoadedModel loaded = load_model(flags.model);
  check_lengths(plan, loaded);
  if (flags.write_out) print_first_prompts(plan, loaded);
  reports::RunProvenance provenance = make_provenance(flags, plan, loaded, argc, argv);

  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  EvalRun run(plan, flags, loaded, membership, interrupted);
  if (run.resumed() > 0) fmt::print(stderr, "{} samples are in the journals\n", run.resumed());
  run.run([&] { write_reports(run.records(), plan, provenance); });
  if (!run.reports_here()) return exit_status();
  const auto table = write_reports(run.records(), plan, provenance);
  if (membership.rank != 0) return exit_status();
  nlohmann::ordered_json json = reports::results_json(provenance, table.cells);
  json["max_over_alpha"] = reports::best_json(table);
  json["over_seeds"] = reports::seeds_json(table);
  json["interrupted"] = interrupted.load();
  write_machine_or_text(flags.json, json, report_text(table, plan, loaded));
  if (!interrupted) check_failures(table);
  return exit_status();
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
      std::vector<std::string> arguments = config_arguments(app, flags.config);
      arguments.insert(arguments.end(), argv + 1, argv + argc);
      std::reverse(arguments.begin(), arguments.end());
      app.parse(arguments);
    }
    return run(flags, argc, argv);
  });
}
