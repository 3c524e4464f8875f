// Speed that can be compared between machines and days: ratios of two programs timed side by side
// in one run (benchmarks/research_way.py, benchmarks/llama_cpp.py), never times.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace evotoken::reports {

/// One setting of a benchmark, and how many times as fast as its peer we were.
struct SpeedRatio {
  std::string name;
  double ratio = 0;  ///< > 0
};

/// Is `value` the JSON of a benchmark, of whatever kind?
bool is_benchmark(const nlohmann::ordered_json& value);

/// The "name" and "ratio" of its results. `where` (e.g. the path) opens the message of the
/// DataError for a benchmark that has none.
std::vector<SpeedRatio> read_speed_ratios(const nlohmann::ordered_json& value,
                                          const std::string& where);

struct SpeedComparison {
  struct Cell {
    std::string name;
    double baseline = 0;   ///< ratio
    double candidate = 0;  ///< ratio; 0 where it is missing
    bool regression = false;
  };
  std::vector<Cell> cells;  ///< those of the baseline, in its order

  bool regression() const;
};

/// A setting whose ratio is by more than `max_loss_percent` below the baseline's has become slower;
/// one that the candidate lacks counts as such. Throws DataError where no setting is in both.
SpeedComparison compare_speed(const std::vector<SpeedRatio>& baseline,
                              const std::vector<SpeedRatio>& candidate, double max_loss_percent);

/// A line per setting.
std::string speed_comparison_text(const SpeedComparison& comparison);
nlohmann::ordered_json speed_comparison_json(const SpeedComparison& comparison);

}  // namespace evotoken::reports
