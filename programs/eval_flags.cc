#include "programs/eval_flags.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/similar_name.h"
#include "programs/flag_rules.h"
#include "tasks/task.h"

namespace evotoken::programs {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kMost = 1'000'000'000;
const CLI::Range kCount(std::int64_t{0}, kMost);
const CLI::Range kPositive(std::int64_t{1}, kMost);

void add_data_flags(CLI::App& app, EvalFlags& flags) {
  std::string names = "all";
  for (const tasks::Task* task : tasks::all_tasks()) names += "," + task->name();
  app.add_option("--task,--dataset", flags.tasks, "what to evaluate; a list, or all")
      ->type_name("{" + names + "}")
      ->capture_default_str()
      ->group("Data");
  app.add_option("--data_dir", flags.data_dir,
                 "folder with the real test sets (datasets/download.sh fetches them); "
                 "without it the built-in samples are used")
      ->type_name("DIR")
      ->group("Data");
  app.add_option("--few_shot", flags.few_shot, "worked examples in front of each question")
      ->check(kCount)
      ->capture_default_str()
      ->group("Data");
  app.add_option("--limit", flags.limit, "first samples of each task only; 0 is all")
      ->check(kCount)
      ->capture_default_str()
      ->group("Data");
  app.add_option("--samples", flags.samples, "these samples of each task only, e.g. 0,5,10-19")
      ->type_name("LIST")
      ->group("Data");
}

void add_run_flags(CLI::App& app, EvalFlags& flags) {
  app.add_option("--batch_size", flags.batch_size,
                 "samples in flight on a worker; one that is done makes room for the next")
      ->check(kPositive)
      ->capture_default_str()
      ->group("Run");
  app.add_flag("--packed_batch", flags.packed_batch,
               "one forward pass for a whole batch; last bits then depend on the batch")
      ->group("Run");
  app.add_option("--workers", flags.workers,
                 "workers side by side; 0 is one per core, one on a GPU")
      ->check(kCount)
      ->capture_default_str()
      ->group("Run");
  app.add_option("--threads_per_worker", flags.threads_per_worker, "CPU threads of each worker")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str()
      ->group("Run");
  app.add_option("--lease_s", flags.lease_s,
                 "of several processes: one that is silent for so many seconds counts as dead")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str()
      ->group("Run");
  app.add_option("--order", flags.order,
                 "in which samples are decoded; results are always in file order")
      ->check(CLI::IsMember({"file", "longest", "shuffled"}))
      ->capture_default_str()
      ->group("Run");
}

void add_output_flags(CLI::App& app, EvalFlags& flags) {
  app.add_option("--output_dir", flags.output_dir, "where results go; the setting is appended")
      ->capture_default_str()
      ->type_name("DIR")
      ->group("Output");
  app.add_option("--json", flags.json, "the whole report as JSON to a file, or - for stdout")
      ->type_name("FILE")
      ->group("Output");
  app.add_option("--events", flags.events,
                 "what happens, as it happens, as JSON lines at the end of a file, or - for stdout")
      ->type_name("FILE")
      ->group("Output");
  app.add_option("--profile", flags.profile,
                 "time per stage of decoding as a table on stderr, and a Chrome trace to this file")
      ->type_name("FILE")
      ->group("Output");
  app.add_flag("--write_out", flags.write_out, "show the first prompt of each task")
      ->group("Output");
  app.add_flag("--dry_run", flags.dry_run, "show the cells and their forward passes, run nothing")
      ->group("Output");
}

/// One value as the text of a flag.
std::string value_text(const Json& value, const std::string& where) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return value.dump();
  throw DataError(
      fmt::format("{}: {} cannot be a flag's value, expected text, a number, true, false, "
                  "null or a list of these",
                  where, value.dump()));
}

}  // namespace

void add_eval_flags(CLI::App& app, EvalFlags& flags) {
  app.add_option("--config", flags.config,
                 "flags from a JSON file {\"flag\": value or list}; the command line overrides it")
      ->type_name("FILE")
      ->group("Run");
  add_data_flags(app, flags);
  add_model_flags(app, flags.model);
  flags.decoding.add_to(app);
  add_run_flags(app, flags);
  add_output_flags(app, flags);
}

std::vector<std::string> config_arguments(const CLI::App& app, const std::string& path) {
  const Json json = read_json_file(path);
  if (!json.is_object()) {
    throw DataError(path + ": expected a JSON object {\"flag\": value or list}; change the file");
  }
  std::vector<std::string> arguments;
  for (const auto& [flag, value] : json.items()) {
    const std::string where = fmt::format("{}: field \"{}\"", path, flag);
    if (flag == "config" || app.get_option_no_throw("--" + flag) == nullptr) {
      const std::string meant = similar_name(flag, flag_names(app));
      throw UsageError(fmt::format(
          "{} is no flag that a file can give, expected one of --help{}; change the file", where,
          meant.empty() ? "" : fmt::format(" (did you mean {}?)", meant)));
    }
    if (value.is_null() || value == false) continue;
    arguments.push_back("--" + flag);
    if (value == true) continue;
    if (!value.is_array()) {
      arguments.push_back(value_text(value, where));
      continue;
    }
    std::string list;
    for (const Json& entry : value) {
      if (!list.empty()) list += ",";
      list += value_text(entry, where);
    }
    arguments.push_back(list);
  }
  return arguments;
}

}  // namespace evotoken::programs
