// evotoken-compare: did accuracy fall between two runs? (spec: interfaces.md)
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/note.h"
#include "programs/compare_inputs.h"
#include "programs/main.h"
#include "programs/output.h"
#include "programs/score_items.h"
#include "reports/comparison/baseline_file.h"
#include "reports/comparison/comparison.h"
#include "reports/comparison/comparison_report.h"
#include "reports/comparison/speed_ratios.h"

namespace {

using namespace evotoken;
using reports::GraderChoice;

struct Options {
  std::string baseline;
  std::string candidate;
  std::string task;
  std::string write_baseline;
  std::string junit;
  std::string markdown;
  std::string json;
  std::string grader = "auto";
  reports::ComparisonOptions comparison;
  double max_slowdown_percent = 10;
};

const std::map<std::string, GraderChoice> kGraders = {{"auto", GraderChoice::kAuto},
                                                      {"reference", GraderChoice::kReference},
                                                      {"verified", GraderChoice::kVerified}};

void add_input_flags(CLI::App& app, Options& options) {
  app.option_defaults()->group("Input");
  app.add_option("BASELINE", options.baseline,
                 "what to compare with: a folder of results, its results.json, one result file,\n"
                 "a baseline written by --write_baseline, or ratios of a benchmark")
      ->required()
      ->type_name("PATH");
  app.add_option("CANDIDATE", options.candidate, "what to judge: the same kinds")
      ->type_name("PATH");
  app.add_option("--write_baseline", options.write_baseline,
                 "compare nothing; write BASELINE's verdicts to FILE, small enough to commit")
      ->type_name("FILE");
  app.add_option("--task", options.task,
                 programs::known_tasks() + ": where the files' names do not say it");
}

void add_judging_flags(CLI::App& app, Options& all) {
  app.option_defaults()->group("Judging");
  reports::ComparisonOptions& options = all.comparison;
  app.add_option("--max_drop_points", options.max_drop_points,
                 "a larger drop in percentage points is a regression")
      ->capture_default_str();
  app.add_option("--max_total_drop_points", options.max_total_drop_points,
                 "the same for all tasks of a folder together (default: --max_drop_points)");
  app.add_option(
      "--max_changed_percent", options.max_changed_percent,
      "more texts of a setup that are not the baseline's are a regression, whatever their\n"
      "verdicts; for greedy decoding, which makes the same text again (default: not\n"
      "judged)");
  app.add_option("--alpha", options.alpha,
                 "a drop that is significant at this level is a regression (mid-p McNemar,\n"
                 "Holm-corrected over the setups)")
      ->capture_default_str();
  app.add_option("--grader", all.grader,
                 "which grader decides: reference, verified, or auto, the verified one where\n"
                 "every item has its verdict")
      ->check(CLI::IsMember({"auto", "reference", "verified"}))
      ->capture_default_str();
  app.add_option("--max_slowdown_percent", all.max_slowdown_percent,
                 "of benchmarks: a ratio that falls by more is a regression")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  app.add_flag("--allow_different_items", options.allow_different_items,
               "compare the items and setups that both have");
  app.add_flag("--allow_different_prompts", options.allow_different_prompts,
               "compare items though they were asked in other words");
  app.add_option("--resamples", options.bootstrap.resamples, "of the bootstrap interval")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--seed", options.bootstrap.seed, "of the bootstrap")->capture_default_str();
}

void add_output_flags(CLI::App& app, Options& options) {
  app.option_defaults()->group("Output");
  app.add_option("--junit", options.junit,
                 "write JUnit XML, a test case per setup, to FILE; - is stdout")
      ->type_name("FILE");
  app.add_option("--markdown", options.markdown,
                 "write a comment for a pull request to FILE; - is stdout")
      ->type_name("FILE");
  app.add_option(
         "--json", options.json,
         "write everything as JSON to FILE; - is stdout. Where one of the three has stdout,\n"
         "the table goes to stderr")
      ->type_name("FILE");
}

ExitStatus status_of(const reports::Comparison& comparison) {
  if (comparison.regression()) return ExitStatus::kComparisonFailed;
  return comparison.comparable() ? ExitStatus::kSuccess : ExitStatus::kData;
}

/// The flags that may have stdout.
std::vector<programs::OutputFlag> outputs_of(const Options& options) {
  return {{"--json", options.json}, {"--junit", options.junit}, {"--markdown", options.markdown}};
}

void write_reports(const reports::Comparison& comparison, const Options& options) {
  programs::write_output(options.junit, reports::comparison_junit(comparison));
  programs::write_output(options.markdown, reports::comparison_markdown(comparison));
  programs::print_for_people(reports::comparison_text(comparison),
                             programs::stdout_is_taken(outputs_of(options)));
  programs::write_json(options.json, reports::comparison_json(comparison));
}

/// A benchmark's JSON; nothing for everything else, which is a run.
std::optional<nlohmann::ordered_json> read_benchmark(const std::string& path) {
  if (!std::filesystem::is_regular_file(path) || !path.ends_with(".json")) return std::nullopt;
  nlohmann::ordered_json value = read_json_file(path);
  if (!reports::is_benchmark(value)) return std::nullopt;
  return value;
}

int run_speed(const nlohmann::ordered_json& baseline, const Options& options) {
  const auto candidate = read_benchmark(options.candidate);
  if (!candidate) {
    throw DataError(
        fmt::format("{}: no benchmark, expected one as {} is; give results of the same benchmark",
                    options.candidate, options.baseline));
  }
  const reports::SpeedComparison comparison = reports::compare_speed(
      reports::read_speed_ratios(baseline, options.baseline),
      reports::read_speed_ratios(*candidate, options.candidate), options.max_slowdown_percent);
  programs::print_for_people(reports::speed_comparison_text(comparison),
                             programs::stdout_is_taken(outputs_of(options)));
  programs::write_json(options.json, reports::speed_comparison_json(comparison));
  return static_cast<int>(comparison.regression() ? ExitStatus::kComparisonFailed
                                                  : ExitStatus::kSuccess);
}

int run(const Options& options) {
  const std::string task = options.task.empty() ? "" : programs::canonical_task(options.task);
  programs::stdout_is_taken(outputs_of(options));  // before anything is read
  programs::refuse_stdout({"--write_baseline", options.write_baseline});
  if (options.candidate.empty() == options.write_baseline.empty()) {
    throw UsageError(
        "command line: expected BASELINE and CANDIDATE, or one run and --write_baseline FILE; see "
        "evotoken-compare --help");
  }
  if (const auto benchmark = read_benchmark(options.baseline))
    return run_speed(*benchmark, options);
  const reports::RunOutcomes baseline = programs::load_outcomes(options.baseline, task);
  if (!options.write_baseline.empty()) {
    reports::write_baseline(options.write_baseline, baseline);
    std::size_t items = 0;
    for (const reports::OutcomeCell& cell : baseline.cells) items += cell.items.size();
    note("{}: the verdicts of {} items in {} setups; commit it\n", options.write_baseline, items,
         baseline.cells.size());
    return static_cast<int>(ExitStatus::kSuccess);
  }
  const reports::RunOutcomes candidate = programs::load_outcomes(options.candidate, task);
  reports::ComparisonOptions how = options.comparison;
  how.grader = kGraders.at(options.grader);
  const reports::Comparison comparison = reports::compare_runs(baseline, candidate, how);
  write_reports(comparison, options);
  const ExitStatus status = status_of(comparison);
  if (status == ExitStatus::kData) {
    std::cerr << "error: " << options.candidate
              << ": cannot be compared, expected the items and prompts of " << options.baseline
              << "; see the reasons above\n";
  }
  return static_cast<int>(status);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Compares two runs item by item and fails when accuracy fell. What cannot be compared "
      "(other\n"
      "items, other prompts) is refused with the reason.",
      "evotoken-compare"};
  Options options;
  add_input_flags(app, options);
  add_judging_flags(app, options);
  add_output_flags(app, options);
  app.footer(
      "Exit status: 0 no regression, 1 a regression, 2 wrong usage, 3 not comparable or not\n"
      "readable.");
  return evotoken::programs::run_main(app, argc, argv, [&] { return run(options); });
}
