// evotoken-score: grades existing generations again, without any model (spec: interfaces.md).
#include <CLI/CLI.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "programs/main.h"
#include "programs/score_files.h"
#include "programs/score_items.h"
#include "reports/accuracy_report.h"
#include "reports/audit.h"

namespace {

using namespace evotoken;

struct Options {
  std::vector<std::string> paths;
  std::string task;
  std::string json;
};

int run(const Options& options) {
  const std::string task = options.task.empty() ? "" : programs::canonical_task(options.task);
  const programs::Score score = programs::score_paths(options.paths, task);

  const bool json_on_stdout = options.json == "-";
  (json_on_stdout ? std::cerr : std::cout) << reports::accuracy_text(score.table) << std::flush;
  std::cerr << reports::audit_text(score.audit);
  if (!options.json.empty()) {
    const std::string text = programs::score_json(score).dump(
                                 -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
                             "\n";
    if (json_on_stdout) {
      std::cout << text;
    } else {
      write_file_atomically(options.json, text);
    }
  }
  return static_cast<int>(score.complete() ? ExitStatus::kSuccess : ExitStatus::kData);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Grades generations again, without any model: the accuracy of each setup, the maximum over\n"
      "alpha as published, and an audit of what is missing, doubled or damaged (on stderr).",
      "evotoken-score"};
  Options options;
  app.add_option(
         "PATH", options.paths,
         "*_generations.json files, folders of them (searched at any depth), lm-eval\n"
         "samples_*.jsonl, JSON lines {\"task\":..,\"generations\":..,\"ground_truth\":..};\n"
         "- reads JSON lines from stdin")
      ->required();
  app.add_option(
      "--task", options.task,
      "countdown, gsm8k, math500 or svamp: instead of the task in the files' names, and\n"
      "for JSON lines that name none");
  app.add_option("--json", options.json,
                 "write every grade, the table and the audit as JSON to FILE; - is stdout, the\n"
                 "table then goes to stderr");
  app.footer(
      "Exit status: 0 graded, 2 wrong usage, 3 a file could not be read or its task is\n"
      "unknown (the others are graded all the same), or there was nothing to grade.");
  return evotoken::programs::run_main(app, argc, argv, [&] { return run(options); });
}
