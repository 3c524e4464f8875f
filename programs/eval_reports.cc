#include "programs/eval_reports.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <set>

#include "base/error.h"
#include "base/hash.h"
#include "engine/model/device.h"
#include "engine/model/torch_runtime.h"
#include "engine/weights/model_folder.h"
#include "programs/main.h"
#include "reports/accuracy_report.h"
#include "reports/speed_report.h"

namespace evotoken::programs {
namespace {

/// The folders of the results, and what to do with them next.
std::string where_results_lie(const reports::AccuracyTable& table) {
  constexpr std::size_t kNamed = 3;
  std::set<std::string> folders;
  for (const reports::AccuracyCell& cell : table.cells) folders.insert(cell.directory);
  std::vector<std::string> names(folders.begin(), folders.end());
  if (names.size() > kNamed) {
    const std::string rest = fmt::format("and {} more", names.size() - kNamed);
    names.resize(kNamed);
    names.push_back(rest);
  }
  std::set<std::string> parents;
  for (const std::string& folder : folders) {
    const std::string parent = std::filesystem::path(folder).parent_path().string();
    parents.insert(parent.empty() ? "." : parent);
  }
  return fmt::format("results in {}\nto look at them: {} {} --html report.html\n",
                     join_names(names), sibling_program("evotoken-report"),
                     fmt::join(folders.size() > kNamed ? parents : folders, " "));
}

}  // namespace

std::string figures_text(const reports::RunProvenance& run) {
  std::vector<std::string> parts;
  const auto add = [&](const char* format, const auto& value, double unit = 1) {
    if (value) {
      parts.push_back(fmt::format(fmt::runtime(format), static_cast<double>(*value) / unit));
    }
  };
  add("load {:.2f} s", run.load_s);
  add("warm-up {:.2f} s", run.warm_up_s);
  add("samples {:.2f} s", run.decode_wall_s);
  if (run.decode_wall_s && run.workers) {
    parts.back() += fmt::format(" by {} worker{}", *run.workers, *run.workers == 1 ? "" : "s");
  }
  add("peak memory {:.2f} GB", run.peak_memory_bytes, 1e9);
  add("on the GPU {:.2f} GB", run.peak_device_memory_bytes, 1e9);
  add("{:.0f} J by the device's meter", run.energy_j);
  return parts.empty() ? "" : join_names(parts) + "\n";
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
               {"cuda_graphs", flags.model.cuda_graphs},
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
  run.libtorch_version = model::libtorch_version();
  run.device = fmt::format("{} {}", loaded.model.device().str(),
                           model::describe_device(loaded.model.device()));
  run.dtype = loaded.model.number_format();
  run.host_cpu = reports::host_cpu_name();
  run.load_s = loaded.load_seconds;
  run.started_at = std::chrono::system_clock::now();
  return run;
}

void add_figures(const EvalRun& eval, const LoadedModel& loaded, reports::RunProvenance& run) {
  const RunFigures& figures = eval.figures();
  run.workers = figures.workers;
  run.warm_up_s = figures.warm_up_s;
  run.decode_wall_s = figures.decode_wall_s;
  run.energy_j = figures.energy_j;
  run.peak_memory_bytes = model::peak_host_memory_bytes();
  run.peak_device_memory_bytes = model::peak_device_memory_bytes(loaded.model.device());
  run.finished_at = std::chrono::system_clock::now();
}

reports::AccuracyTable write_reports(const std::vector<reports::ResultRecord>& records,
                                     const EvalPlan& plan, const reports::RunProvenance& run) {
  reports::ExpectedItems expected;
  for (const Cell& cell : plan.cells) {
    expected[{cell.directory, cell.setup}] =
        static_cast<std::int64_t>(plan.task_of(cell).chosen.size());
  }
  const reports::AccuracyTable table = reports::make_accuracy_table(records, expected);
  std::map<std::string, std::vector<reports::AccuracyCell>> by_directory;
  for (const reports::AccuracyCell& cell : table.cells)
    by_directory[cell.directory].push_back(cell);
  for (const auto& [directory, cells] : by_directory) {
    reports::write_results(directory + "/" + reports::kResultsFilename, run, cells);
  }
  return table;
}

std::string report_text(const reports::AccuracyTable& table, const EvalPlan& plan,
                        const LoadedModel& loaded, const reports::RunProvenance& run,
                        bool interrupted) {
  std::string text = reports::accuracy_text(table);
  if (const std::string speed = reports::speed_text(table); !speed.empty()) text += "\n" + speed;
  text += fmt::format("\nmodel {} on {} ({})\n", loaded.model_path,
                      model::describe_device(loaded.model.device()), loaded.model.number_format());
  text += figures_text(run);
  for (const TaskPlan& task : plan.tasks) {
    text += fmt::format("{}: {} of the {} samples of {} ({}) asked for\n", task.task->name(),
                        task.chosen.size(), task.dataset.samples.size(), task.dataset.path,
                        task.dataset.split);
  }
  text += where_results_lie(table);
  if (interrupted) text += "Interrupted: the table holds the samples that were finished.\n";
  if (loaded.model_path == "builtin") {
    text +=
        "The built-in model knows only the kinds of problems that it was trained on; pass "
        "--model_path for a real one.\n";
  }
  return text;
}

}  // namespace evotoken::programs
