#include <fmt/format.h>

#include <chrono>
#include <map>
#include <tuple>

#include "base/json_of.h"
#include "reports/accuracy_report.h"
#include "reports/build_info.h"
#include "reports/cell_figures.h"
#include "reports/html/page_data.h"
#include "reports/results_json.h"
#include "reports/run_figures.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

/// Figures of the whole run, which a cell shares with the others.
void add_run_figures(Json& cell, const Json* known) {
  if (known == nullptr) return;
  for (const char* key : {"peak_memory_bytes", "peak_device_memory_bytes", "load_s", "warm_up_s"}) {
    if (known->contains(key)) cell[key] = (*known)[key];
  }
}

struct Group {
  Accuracy reference;
  Accuracy verified;
};

Json group_json(const Group& group) {
  const auto accuracy = [](const Accuracy& a) -> Json {
    const auto interval = a.interval_frac();
    if (!interval) return nullptr;
    return {{"correct", a.correct},
            {"processed", a.processed},
            {"accuracy_frac", *a.accuracy_frac()},
            {"wilson_95_frac", {interval->low, interval->high}}};
  };
  const bool all_verified = group.verified.processed == group.reference.processed;
  return {{"reference", accuracy(group.reference)},
          {"verified", all_verified ? accuracy(group.verified) : Json(nullptr)}};
}

using CellKey = std::tuple<std::string, std::string, std::string>;
using Groups = std::map<CellKey, std::map<std::string, Group>>;

/// Accuracy by what `label_of` says of each item; items of which it says nothing are left out.
template <typename LabelOf>
Groups grouped(const ReportContent& content, LabelOf label_of) {
  Groups groups;
  for (std::size_t i = 0; i < content.records.size(); ++i) {
    const ResultRecord& record = content.records[i];
    const std::string label = label_of(content.texts[i]);
    if (label.empty() || !record.reference) continue;
    Group& group = groups[{record.directory, record.setup, record.task}][label];
    ++group.reference.processed;
    group.reference.correct += record.reference->correct ? 1 : 0;
    if (!record.verified) continue;
    ++group.verified.processed;
    group.verified.correct += record.verified->correct ? 1 : 0;
  }
  return groups;
}

Json groups_json(const Groups& groups, const CellKey& key) {
  Json json = Json::object();
  const auto found = groups.find(key);
  if (found == groups.end()) return json;
  for (const auto& [label, group] : found->second) json[label] = group_json(group);
  return json;
}

Json cells_json(const ReportContent& content) {
  const auto names = directory_names(content.table);
  const Groups levels = grouped(content, [](const ItemText& text) { return text.level; });
  const Groups subjects = grouped(content, [](const ItemText& text) { return text.subject; });
  Json cells = Json::array();
  for (const AccuracyCell& cell : content.table.cells) {
    Json json = cell_json(cell);
    json["name"] = names.at(cell.directory);
    add_run_figures(json, cell_of_run(content.runs, cell));
    const CellKey key{cell.directory, cell.setup, cell.task};
    json["levels"] = groups_json(levels, key);
    json["subjects"] = groups_json(subjects, key);
    cells.push_back(std::move(json));
  }
  return cells;
}

/// How the page shows the figures that cells have of themselves.
Json figures_json() {
  Json json = Json::array();
  for (const CellFigure& figure : cell_figures()) {
    json.push_back({{"name", figure.json_name},
                    {"title", figure.title},
                    {"digits", figure.digits},
                    {"significant", figure.significant},
                    {"title_units", figure.title_units},
                    {"of_latency", figure.percentile != nullptr}});
  }
  return json;
}

Json lm_eval_json(const std::vector<LmEvalFigure>& figures) {
  Json json = Json::array();
  for (const LmEvalFigure& figure : figures) {
    json.push_back({{"file", figure.file},
                    {"task", figure.task},
                    {"metric", figure.metric},
                    {"filter", figure.filter},
                    {"value", figure.value},
                    {"stderr", json_of(figure.deviation)},
                    {"samples", json_of(figure.samples)}});
  }
  return json;
}

Json losses_json(const std::vector<LossCurve>& curves) {
  Json json = Json::array();
  for (const LossCurve& curve : curves) {
    json.push_back({{"label", curve.label}, {"updates", curve.updates}, {"losses", curve.losses}});
  }
  return json;
}

Json runs_json(const std::vector<RunFile>& runs) {
  Json json = Json::array();
  for (const RunFile& run : runs) {
    if (!run.results.is_object()) continue;
    json.push_back({{"directory", run.directory},
                    {"provenance", run.results.value("provenance", Json())},
                    {"earlier", Json::array()}});
    if (!run.results.contains("earlier") || !run.results["earlier"].is_array()) continue;
    for (const Json& earlier : run.results["earlier"]) {
      if (earlier.is_object()) {
        json.back()["earlier"].push_back(earlier.value("provenance", Json()));
      }
    }
  }
  return json;
}

}  // namespace

Json summary_data(const ReportContent& content) {
  const BuildInfo& build = build_info();
  return {{"title", content.title},
          {"made_by", fmt::format("evotoken-report {} ({})", build.version, build.git_commit)},
          {"made_at", iso8601_utc(std::chrono::system_clock::now())},
          {"cells", cells_json(content)},
          {"figures", figures_json()},
          {"best_label", kBestLabel},
          {"selection_note", selection_note(content.table)},
          {"best", best_json(content.table)},
          {"seeds", seeds_json(content.table)},
          {"audit", audit_json(content.audit)},
          {"lm_eval", lm_eval_json(content.lm_eval)},
          {"losses", losses_json(content.losses)},
          {"runs", runs_json(content.runs)}};
}

}  // namespace evotoken::reports
