#include "programs/report_inputs.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "programs/report_traces.h"
#include "programs/score_files.h"
#include "reports/results_json.h"
#include "reports/run_figures.h"
#include "tasks/task.h"

namespace evotoken::programs {
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

/// The results.json of every folder that holds a result; those that cannot be read are left out
/// (the audit has named them).
std::vector<reports::RunFile> run_files(const Score& score) {
  std::map<std::string, fs::path> folders;
  for (const ScoredFile& file : score.files) {
    folders.emplace(file.audited.directory, fs::path(file.path).parent_path());
  }
  std::vector<reports::RunFile> runs;
  for (const auto& [directory, folder] : folders) {
    const fs::path path = folder / reports::kResultsFilename;
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) continue;
    Json results = Json::parse(read_file(path), nullptr, /*allow_exceptions=*/false);
    if (results.is_object()) runs.push_back({directory, std::move(results)});
  }
  return runs;
}

/// The figures of lm-eval's results that lie beside its samples; a file that is none is left out.
std::vector<reports::LmEvalFigure> lm_eval_figures(const Score& score) {
  std::set<fs::path> files;
  for (const ScoredFile& file : score.files) {
    if (fs::path(file.path).extension() != ".jsonl") continue;
    fs::path folder = fs::path(file.path).parent_path();
    if (folder.empty()) folder = ".";
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      if (reports::is_lm_eval_results_filename(entry.path().filename().string())) {
        files.insert(entry.path());
      }
    }
  }
  std::vector<reports::LmEvalFigure> figures;
  for (const fs::path& path : files) {
    try {
      for (auto& figure : reports::read_lm_eval_results(path)) figures.push_back(std::move(figure));
    } catch (const Error&) {
      // Another tool's file of that name.
    }
  }
  return figures;
}

/// A flag of the run as its results.json has it; empty where none does.
std::string flag_of_runs(const std::vector<reports::RunFile>& runs, const char* flag) {
  for (const reports::RunFile& run : runs) {
    const Json value = run.results.value("provenance", Json::object());
    if (!value.is_object() || !value.contains("flags") || !value["flags"].is_object()) continue;
    const Json found = value["flags"].value(flag, Json());
    if (found.is_string() && !found.get<std::string>().empty()) return found.get<std::string>();
  }
  return "";
}

/// The samples by question, from the data of every task that was run; of equals the first.
std::map<std::string, const datasets::Sample*> samples_by_question(
    const std::vector<datasets::Dataset>& data) {
  std::map<std::string, const datasets::Sample*> samples;
  for (const datasets::Dataset& dataset : data) {
    for (const datasets::Sample& sample : dataset.samples) {
      samples.emplace(sample.question, &sample);
    }
  }
  return samples;
}

/// The data of the tasks in `records`: that of `data_dir` where it has them, and the built-in
/// samples.
std::vector<datasets::Dataset> load_data(const std::vector<reports::ResultRecord>& records,
                                         const std::string& data_dir) {
  std::set<std::string> names;
  for (const reports::ResultRecord& record : records) names.insert(record.task);
  std::vector<datasets::Dataset> data;
  for (const std::string& name : names) {
    if (name.empty()) continue;
    const tasks::Task& task = tasks::find_task(name);
    try {
      if (!data_dir.empty()) data.push_back(task.load(data_dir));
    } catch (const Error&) {
      // Numbers, levels and subjects are extras: their file may have moved since the run.
    }
    data.push_back(task.load({}));
  }
  return data;
}

/// A folder that a flag names has to be there; one that results.json names may have moved since.
void check_folder(const char* flag, const std::string& path) {
  std::error_code error;
  if (path.empty() || fs::is_directory(path, error)) return;
  throw DataError(fmt::format("{}: is no folder, expected one to read from; check {}", path, flag));
}

/// What the test sets say of the problems.
void add_sample_facts(reports::ReportContent& content, const std::string& data_dir) {
  const std::vector<datasets::Dataset> data = load_data(content.records, data_dir);
  const auto samples = samples_by_question(data);
  for (reports::ItemText& text : content.texts) {
    const auto found = samples.find(text.question);
    if (found == samples.end()) continue;
    text.level = found->second->level;
    text.subject = found->second->subject;
    text.number = found->second->index;
  }
}

reports::LossCurve read_losses(const std::string& path) {
  reports::LossCurve curve = reports::read_loss_curve(path);
  if (!curve.losses.empty()) return curve;
  throw DataError(
      fmt::format("{}: no line in it, expected evotoken-train's loss.jsonl after its first update; "
                  "check --loss",
                  path));
}

void add_records(const Score& score, reports::ReportContent& content) {
  for (const ScoredFile& file : score.files) {
    for (std::size_t i = 0; i < file.records.size(); ++i) {
      const ScoreItem& item = file.items[i];
      const fs::path trace = trace_beside(file.path, file.records[i].index);
      if (!trace.empty()) {
        content.traces.push_back(read_trace(trace));
        content.traces.back().record = content.records.size();
      }
      content.records.push_back(file.records[i]);
      content.texts.push_back({item.question, item.prompt, item.generation, item.ground_truth,
                               /*subject=*/"", /*level=*/""});
    }
  }
}

}  // namespace

reports::ReportContent gather_report(const ReportInputs& inputs) {
  check_folder("--data_dir", inputs.data_dir);
  check_folder("--model_path", inputs.model_path);
  for (const std::string& path : inputs.paths) check_there(path);
  Score score = score_paths(inputs.paths, inputs.task);
  reports::ReportContent content;
  content.title = inputs.title;
  add_records(score, content);
  for (const std::string& path : inputs.losses) {
    content.losses.push_back(read_losses(path));
  }
  for (const std::string& path : inputs.traces) content.traces.push_back(read_trace(path));
  if (content.records.empty() && content.traces.empty() && content.losses.empty()) {
    throw DataError(
        fmt::format("{}: nothing to report, expected *_generations.json, samples_*.jsonl, JSON "
                    "lines, --trace or --loss; give another path",
                    inputs.paths.empty() ? "command line" : inputs.paths.front()));
  }
  content.table = std::move(score.table);
  content.audit = std::move(score.audit);
  content.runs = run_files(score);
  reports::add_figures_of_runs(content.runs, content.table);
  content.lm_eval = lm_eval_figures(score);
  add_sample_facts(
      content, inputs.data_dir.empty() ? flag_of_runs(content.runs, "data_dir") : inputs.data_dir);
  name_tokens(content.traces, inputs.model_path.empty() ? flag_of_runs(content.runs, "model_path")
                                                        : inputs.model_path);
  return content;
}

}  // namespace evotoken::programs
