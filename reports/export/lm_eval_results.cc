// Format: lm_eval 0.4.13, result_schema.py: "results" holds for each task "metric,filter" and
// "metric_stderr,filter"; "n-samples" how many there were.
#include "reports/export/lm_eval_results.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kDeviation = "_stderr";

std::optional<std::int64_t> samples_of(const Json& results, const std::string& task) {
  const auto counts = results.find("n-samples");
  if (counts == results.end() || !counts->is_object()) return std::nullopt;
  const auto count = counts->find(task);
  if (count == counts->end() || !count->is_object()) return std::nullopt;
  const auto effective = count->find("effective");
  if (effective == count->end() || !effective->is_number_integer()) return std::nullopt;
  return effective->get<std::int64_t>();
}

/// The standard error beside "metric,filter".
std::optional<double> deviation_of(const Json& metrics, const LmEvalFigure& figure) {
  std::string key = fmt::format("{}{}", figure.metric, kDeviation);
  if (!figure.filter.empty()) key += "," + figure.filter;
  const auto found = metrics.find(key);
  if (found == metrics.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

void add_figures(const Json& metrics, const LmEvalFigure& of_task,
                 std::vector<LmEvalFigure>& figures) {
  for (const auto& [key, value] : metrics.items()) {
    const std::size_t comma = key.find(',');
    LmEvalFigure figure = of_task;
    figure.metric = key.substr(0, comma);
    if (comma != std::string::npos) figure.filter = key.substr(comma + 1);
    if (!value.is_number() || figure.metric.ends_with(kDeviation)) continue;
    if (figure.metric == "sample_len") continue;
    figure.value = value.get<double>();
    figure.deviation = deviation_of(metrics, figure);
    figures.push_back(std::move(figure));
  }
}

}  // namespace

bool is_lm_eval_results_filename(const std::string& filename) {
  return filename.starts_with("results_") && filename.ends_with(".json");
}

std::vector<LmEvalFigure> read_lm_eval_results(const std::filesystem::path& path) {
  const Json results = read_json_file(path);
  if (!results.is_object() || !results.contains("results") || !results["results"].is_object()) {
    throw DataError(
        fmt::format("{}: has no object \"results\", expected lm-eval's results; give another file",
                    path.string()));
  }
  std::vector<LmEvalFigure> figures;
  for (const auto& [task, metrics] : results["results"].items()) {
    if (!metrics.is_object()) continue;
    LmEvalFigure of_task;
    of_task.file = path.filename().string();
    of_task.task = task;
    of_task.samples = samples_of(results, task);
    add_figures(metrics, of_task, figures);
  }
  return figures;
}

}  // namespace evotoken::reports
