#include "reports/comparison/speed_ratios.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

const SpeedRatio* find(const std::vector<SpeedRatio>& ratios, const std::string& name) {
  const auto found = std::ranges::find(ratios, name, &SpeedRatio::name);
  return found == ratios.end() ? nullptr : &*found;
}

}  // namespace

bool is_benchmark(const Json& value) {
  return value.is_object() && value.contains("benchmark") && value.contains("results");
}

std::vector<SpeedRatio> read_speed_ratios(const Json& value, const std::string& where) {
  std::vector<SpeedRatio> ratios;
  const auto fail = [&](const std::string& found) {
    throw DataError(
        fmt::format("{}: {}, expected \"name\" and a positive \"ratio\" in each of its results, as "
                    "research_way.py and llama_cpp.py write them; give such a file",
                    where, found));
  };
  if (!value.at("results").is_array() || value.at("results").empty()) fail("no results");
  for (const Json& result : value.at("results")) {
    if (!result.is_object() || !result.contains("name") || !result["name"].is_string() ||
        !result.contains("ratio") || !result["ratio"].is_number()) {
      fail(fmt::format("result {} has not both", ratios.size()));
    }
    ratios.push_back({result["name"].get<std::string>(), result["ratio"].get<double>()});
    if (!(ratios.back().ratio > 0)) fail(fmt::format("a ratio of {}", ratios.back().ratio));
  }
  return ratios;
}

bool SpeedComparison::regression() const { return std::ranges::any_of(cells, &Cell::regression); }

SpeedComparison compare_speed(const std::vector<SpeedRatio>& baseline,
                              const std::vector<SpeedRatio>& candidate, double max_loss_percent) {
  SpeedComparison comparison;
  bool any_in_both = false;
  for (const SpeedRatio& before : baseline) {
    const SpeedRatio* const now = find(candidate, before.name);
    const double ratio = now == nullptr ? 0 : now->ratio;
    any_in_both = any_in_both || now != nullptr;
    comparison.cells.push_back(
        {before.name, before.ratio, ratio, ratio < before.ratio * (1 - max_loss_percent / 100)});
  }
  if (!any_in_both) {
    throw DataError(
        "speed: no setting of the baseline is in the candidate, expected results of the same "
        "benchmark; measure the same settings");
  }
  return comparison;
}

std::string speed_comparison_text(const SpeedComparison& comparison) {
  std::string text = fmt::format("{:<44} {:>9} {:>9} {:>8}\n", "times as fast as the peer",
                                 "baseline", "now", "change");
  for (const SpeedComparison::Cell& cell : comparison.cells) {
    if (cell.candidate == 0) {
      text +=
          fmt::format("{:<44} {:>9.2f} {:>9} {:>8}  MISSING\n", cell.name, cell.baseline, "-", "-");
      continue;
    }
    text += fmt::format("{:<44} {:>9.2f} {:>9.2f} {:>+7.1f}%{}\n", cell.name, cell.baseline,
                        cell.candidate, 100 * (cell.candidate / cell.baseline - 1),
                        cell.regression ? "  SLOWER" : "");
  }
  return text;
}

Json speed_comparison_json(const SpeedComparison& comparison) {
  Json cells = Json::array();
  for (const SpeedComparison::Cell& cell : comparison.cells) {
    cells.push_back({{"name", cell.name},
                     {"baseline_ratio", cell.baseline},
                     {"candidate_ratio", cell.candidate > 0 ? Json(cell.candidate) : Json()},
                     {"regression", cell.regression}});
  }
  return {{"speed", cells}, {"regression", comparison.regression()}};
}

}  // namespace evotoken::reports
