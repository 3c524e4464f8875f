#include "reports/run_figures.h"

#include <optional>

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

void fill(std::optional<double>& figure, const Json& known, const char* name) {
  if (figure || !known.is_object() || !known.contains(name) || !known[name].is_number()) return;
  figure = known[name].get<double>();
}

void fill_latency(std::optional<Percentiles>& latency, const Json& known) {
  if (latency || !known.contains("latency_s")) return;
  std::optional<double> p50;
  std::optional<double> p95;
  std::optional<double> p99;
  fill(p50, known["latency_s"], "p50");
  fill(p95, known["latency_s"], "p95");
  fill(p99, known["latency_s"], "p99");
  if (p50 && p95 && p99) latency = Percentiles{*p50, *p95, *p99};
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
    fill(cell.decode_time_s, *known, "decode_time_s");
    fill(cell.tokens_per_second_to_eos, *known, "tokens_per_second_to_eos");
    fill(cell.tokens_per_second, *known, "tokens_per_second");
    fill(cell.nfe_mean, *known, "nfe_mean");
    fill(cell.answers_per_second, *known, "answers_per_second");
    fill(cell.tokens_per_pass, *known, "tokens_per_pass");
    fill(cell.energy_j, *known, "energy_j");
    fill_latency(cell.latency_s, *known);
    // Older files lack it; it follows from two others.
    if (!cell.answers_per_second && cell.decode_time_s && *cell.decode_time_s > 0) {
      cell.answers_per_second = static_cast<double>(cell.reference.processed) / *cell.decode_time_s;
    }
  }
}

}  // namespace evotoken::reports
