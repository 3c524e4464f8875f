// evotoken-report: results as a page to look at, and as files that other tools read.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <string>

#include "base/counted.h"
#include "base/error.h"
#include "base/files.h"
#include "base/note.h"
#include "programs/main.h"
#include "programs/output.h"
#include "programs/report_inputs.h"
#include "programs/score_items.h"
#include "reports/accuracy_report.h"
#include "reports/export/csv.h"
#include "reports/export/lm_eval.h"
#include "reports/html/html_report.h"
#include "reports/speed_report.h"

namespace {

using namespace evotoken;

struct Options {
  programs::ReportInputs inputs;
  std::string html = "report.html";
  std::string markdown;
  std::string csv;
  std::string items_csv;
  std::string lm_eval;
};

void add_flags(CLI::App& app, Options& options) {
  app.option_defaults()->group("Output");
  app.add_option("PATH", options.inputs.paths,
                 "folders of results (searched at any depth) or files, as for evotoken-score")
      ->type_name("PATH");
  app.add_option("--html", options.html, "the page to write; - is stdout, none writes no page")
      ->capture_default_str()
      ->type_name("FILE");
  app.add_option("--markdown", options.markdown,
                 "write the tables of accuracy and speed as Markdown to FILE; - is stdout")
      ->type_name("FILE");
  app.add_option("--csv", options.csv, "write a row a setup as CSV to FILE; - is stdout")
      ->type_name("FILE");
  app.add_option("--items_csv", options.items_csv,
                 "write a row an item, texts included, as CSV to FILE; - is stdout")
      ->type_name("FILE");
  app.add_option("--lm_eval", options.lm_eval,
                 "write lm-eval's results_*.json and samples_*.jsonl into this folder")
      ->type_name("DIR");
  app.option_defaults()->group("Input");
  app.add_option(
         "--trace", options.inputs.traces,
         "denoising traces (evotoken-generate --trace) to replay; those beside the results\n"
         "(gsm8k_128_64_0_trace_17.jsonl) are found by themselves")
      ->type_name("FILE")
      ->delimiter(',');
  app.add_option("--loss", options.inputs.losses,
                 "loss.jsonl of training runs (evotoken-train), drawn in one picture")
      ->delimiter(',')
      ->type_name("FILE");
  app.add_option(
         "--model_path", options.inputs.model_path,
         "model folder whose tokenizer gives the traces' tokens their texts; by default the\n"
         "one that results.json names")
      ->type_name("DIR");
  app.add_option("--data_dir", options.inputs.data_dir,
                 "test sets, for MATH500's levels and subjects; by default the folder that\n"
                 "results.json names, and the built-in samples")
      ->type_name("DIR");
  app.add_option("--task", options.inputs.task,
                 programs::known_tasks() + ": where the files' names do not say it");
  app.option_defaults()->group("Output");
  app.add_option("--title", options.inputs.title, "of the page")->default_val("Evaluation report");
}

void write_exports(const reports::ReportContent& content, const Options& options) {
  if (!options.markdown.empty()) {
    const std::string speed = reports::speed_markdown(content.table);
    programs::write_output(options.markdown, reports::accuracy_markdown(content.table) +
                                                 (speed.empty() ? "" : "\n" + speed));
  }
  programs::write_output(options.csv, reports::cells_csv(content.table));
  if (!options.items_csv.empty()) {
    programs::write_output(options.items_csv, reports::items_csv(content));
  }
  if (options.lm_eval.empty()) return;
  const auto now = std::chrono::system_clock::now();
  for (const reports::ExportedFile& file : reports::lm_eval_files(content, now)) {
    write_file_atomically(std::filesystem::path(options.lm_eval) / file.path, file.content);
  }
}

void write_page(const reports::ReportContent& content, const std::string& path) {
  if (path == "none") return;
  const std::string page = reports::html_report(content);
  for (const std::string& library : reports::missing_page_libraries()) {
    std::cerr << "note: built without " << library << "; the page does without it and says so\n";
  }
  programs::write_output(path, page);
  if (path == "-") return;
  note("{}: {} in {}, {:.1f} MB\n", path, counted(std::ssize(content.records), "item"),
       counted(std::ssize(content.table.cells), "cell"), static_cast<double>(page.size()) / 1e6);
}

int run(Options options) {
  const programs::ReportInputs& inputs = options.inputs;
  if (inputs.paths.empty() && inputs.traces.empty() && inputs.losses.empty()) {
    throw UsageError(
        "command line: nothing to report, expected PATH, --trace or --loss; see evotoken-report "
        "--help");
  }
  programs::stdout_is_taken({{"--html", options.html},
                             {"--markdown", options.markdown},
                             {"--csv", options.csv},
                             {"--items_csv", options.items_csv}});
  programs::refuse_stdout({"--lm_eval", options.lm_eval}, "a folder");
  if (!options.inputs.task.empty()) {
    options.inputs.task = programs::canonical_task(options.inputs.task);
  }
  const reports::ReportContent content = programs::gather_report(options.inputs);
  write_exports(content, options);
  write_page(content, options.html);
  std::cerr << reports::audit_text(content.audit);
  return static_cast<int>(ExitStatus::kSuccess);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Makes report.html, one file that opens offline: accuracy with intervals, curves, items "
      "with\n"
      "their outputs, flips between decoders, both graders, replays of the denoising, the audit.",
      "evotoken-report"};
  Options options;
  add_flags(app, options);
  app.footer("Exit status: 0 written, 2 wrong usage, 3 nothing to report or not readable.");
  return evotoken::programs::run_main(app, argc, argv, [&] { return run(options); });
}
