#include "programs/compare_inputs.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "programs/score_files.h"
#include "reports/comparison/baseline_file.h"
#include "reports/results_json.h"

namespace evotoken::programs {
namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

/// A results.json stands for the folder it lies in.
std::string results_path(const std::string& path) {
  const fs::path file(path);
  if (file.filename() != reports::kResultsFilename) return path;
  return file.has_parent_path() ? file.parent_path().string() : ".";
}

}  // namespace

reports::RunOutcomes load_outcomes(const std::string& path, const std::string& task) {
  check_there(path);
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored) && fs::path(path).extension() == ".json") {
    const Json value = Json::parse(read_file(path), nullptr, /*allow_exceptions=*/false);
    if (reports::is_baseline(value)) return reports::parse_baseline(value, path);
  }
  const Score score = score_paths({results_path(path)}, task);
  reports::OutcomesBuilder outcomes(path);
  for (const ScoredFile& file : score.files) {
    if (file.audited.error) throw DataError(*file.audited.error);
    for (std::size_t i = 0; i < file.records.size(); ++i) {
      outcomes.add(file.records[i], file.items.at(i).question, file.items.at(i).generation);
    }
  }
  reports::RunOutcomes run = outcomes.finish();
  if (run.cells.empty()) {
    throw DataError(
        fmt::format("{}: holds no results of a known task, expected *_generations.json, "
                    "samples_*.jsonl or a baseline; give another path, or --task",
                    path));
  }
  return run;
}

}  // namespace evotoken::programs
