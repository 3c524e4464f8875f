// evotoken-score: grades existing generations again, without any model (spec: interfaces.md).
#include <CLI/CLI.hpp>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "programs/main.h"
#include "programs/output.h"
#include "programs/score_files.h"
#include "programs/score_golds.h"
#include "programs/score_items.h"
#include "programs/score_json.h"
#include "programs/score_show.h"
#include "reports/accuracy_report.h"
#include "reports/audit.h"

namespace {

using namespace evotoken;

struct Options {
  std::vector<std::string> paths;
  std::string task;
  std::string json;
  std::string show;
  std::string data_dir;
  std::size_t threads = 0;  ///< 0: as many as the machine runs at once
};

int run(const Options& options) {
  const std::string task = options.task.empty() ? "" : programs::canonical_task(options.task);
  const bool json_on_stdout = options.json == "-";
  std::ostream& readable = json_on_stdout ? std::cerr : std::cout;
  std::optional<programs::ScoreJsonWriter> json;
  if (!options.json.empty()) json.emplace(options.json);
  programs::GoldsByQuestion golds;
  if (!options.data_dir.empty()) golds = programs::read_golds(options.data_dir);

  const programs::Score score = programs::score_paths(
      options.paths, task,
      [&](programs::ScoredPart& part) {
        if (!golds.empty()) programs::restore_golds(golds, part.file);
        if (!options.show.empty()) programs::show_items(part.file, options.show, readable);
        if (json) json->add(part);
      },
      options.threads);
  programs::print_for_people(reports::accuracy_text(score.table), json_on_stdout);
  std::cerr << reports::audit_text(score.audit);
  if (json) json->finish(score);
  if (score.complete()) return static_cast<int>(ExitStatus::kSuccess);
  throw DataError(
      "results: not all could be graded, expected readable files of known tasks with at least one "
      "item; see the findings above");
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
      programs::known_tasks() +
          ": instead of the task in the files' names, and\nfor JSON lines that name none");
  app.add_option("--show", options.show,
                 "list items with text, gold and both extractions: disagreements of the two\n"
                 "graders, or those of a reason (no_answer, malformed, ...)")
      ->check(CLI::IsMember(programs::show_choices()));
  app.add_option("--data_dir", options.data_dir,
                 "folder with the data: GSM8K's negative golds, which the published files lack,\n"
                 "are read from it for the verified grader")
      ->type_name("DIR");
  app.add_option("--json", options.json,
                 "write every grade, the table and the audit as JSON to FILE; - is stdout, the\n"
                 "table then goes to stderr")
      ->type_name("FILE");
  app.add_option("--threads", options.threads,
                 "threads that grade; as many as the machine runs at once by default. The output\n"
                 "does not depend on it")
      ->check(CLI::Range(1, 1024));
  app.footer(
      "Exit status: 0 graded, 2 wrong usage, 3 a file could not be read or its task is\n"
      "unknown (the others are graded all the same), or there was nothing to grade.");
  return evotoken::programs::run_main(app, argc, argv, [&] { return run(options); });
}
