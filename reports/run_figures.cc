#include "reports/run_figures.h"

#include <optional>

#include "reports/cell_figures.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

const Json* cell_of_list(const Json& run, const AccuracyCell& cell) {
  if (!run.is_object() || !run.contains("cells") || !run["cells"].is_array()) return nullptr;
  for (const Json& known : run["cells"]) {
    if (known.is_object() && known.value("setup", Json()) == cell.setup) return &known;
  }
  return nullptr;
}

/// The number called `name`, nothing where that is none.
std::optional<double> number_of(const Json& known, const char* name) {
  if (!known.is_object() || !known.contains(name) || !known[name].is_number()) return std::nullopt;
  return known[name].get<double>();
}

/// All percentiles, or nothing.
std::optional<Percentiles> latency_of(const Json& known) {
  if (!known.contains("latency_s")) return std::nullopt;
  Percentiles latency;
  for (const CellFigure& figure : cell_figures()) {
    if (figure.percentile == nullptr) continue;
    const auto value = number_of(known["latency_s"], figure.json_name);
    if (!value) return std::nullopt;
    latency.*figure.percentile = *value;
  }
  return latency;
}

}  // namespace

const Json* cell_of_run(const std::vector<RunFile>& runs, const AccuracyCell& cell) {
  for (const RunFile& run : runs) {
    if (run.directory != cell.directory || !run.results.is_object()) continue;
    if (const Json* known = cell_of_list(run.results, cell)) return known;
    if (!run.results.contains("earlier") || !run.results["earlier"].is_array()) continue;
    for (const Json& earlier : run.results["earlier"]) {
      if (const Json* known = cell_of_list(earlier, cell)) return known;
    }
  }
  return nullptr;
}

void add_figures_of_runs(const std::vector<RunFile>& runs, AccuracyTable& table) {
  for (AccuracyCell& cell : table.cells) {
    const Json* known = cell_of_run(runs, cell);
    if (known == nullptr) continue;
    for (const CellFigure& figure : cell_figures()) {
      if (figure.member == nullptr || cell.*figure.member) continue;
      cell.*figure.member = number_of(*known, figure.json_name);
    }
    if (!cell.latency_s) cell.latency_s = latency_of(*known);
    // Older files lack it; it follows from two others.
    if (!cell.answers_per_second && cell.decode_time_s && *cell.decode_time_s > 0) {
      cell.answers_per_second = static_cast<double>(cell.reference.processed) / *cell.decode_time_s;
    }
  }
}

}  // namespace evotoken::reports
