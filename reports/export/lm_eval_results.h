// lm-eval's aggregated results, read: what that harness itself said of a run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace evotoken::reports {

/// One figure of a `results_*.json`: "exact_match,strict-match": 0.71 of a task.
struct LmEvalFigure {
  std::string file;  ///< the file's name
  std::string task;
  std::string metric;               ///< e.g. "exact_match"
  std::string filter;               ///< e.g. "strict-match"; may be empty
  double value = 0;                 ///< in the metric's own unit, a fraction for accuracies
  std::optional<double> deviation;  ///< lm-eval's standard error, where it is a number
  std::optional<std::int64_t> samples;
};

/// Is this the name of one of lm-eval's result files, "results_<time>.json"? (results.json is
/// ours.)
bool is_lm_eval_results_filename(const std::string& filename);

/// All figures of a file in its order; entries that are no numbers are left out. Throws DataError
/// when it is no such file.
std::vector<LmEvalFigure> read_lm_eval_results(const std::filesystem::path& path);

}  // namespace evotoken::reports
