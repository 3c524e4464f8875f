#include "reports/selection_over_alpha.h"

#include <map>
#include <tuple>

namespace evotoken::reports {
namespace {

/// Verdicts of one cell by item.
struct CellVerdicts {
  std::map<std::string, bool> by_item;
  bool usable = true;  ///< every item known, graded and there once
};

using CellKey = std::tuple<std::string, std::string, std::string>;  ///< directory, setup, task

std::map<CellKey, CellVerdicts> verdicts_by_cell(const std::vector<ResultRecord>& records) {
  std::map<CellKey, CellVerdicts> cells;
  for (const ResultRecord& record : records) {
    CellVerdicts& cell = cells[{record.directory, record.setup, record.task}];
    const bool known = !record.identity.empty() && record.reference;
    cell.usable = known &&
                  cell.by_item.emplace(record.identity, record.reference->correct).second &&
                  cell.usable;
  }
  return cells;
}

bool same_items(const CellVerdicts& a, const CellVerdicts& b) {
  if (a.by_item.size() != b.by_item.size()) return false;
  auto it = b.by_item.begin();
  for (const auto& [item, correct] : a.by_item) {
    if (item != it->first) return false;
    ++it;
  }
  return true;
}

/// The directories that `best` was chosen from, by name.
std::map<std::string, const CellVerdicts*> settings_of(
    const BestOverAlpha& best, const AccuracyTable& table,
    const std::map<CellKey, CellVerdicts>& cells) {
  std::map<std::string, const CellVerdicts*> settings;
  for (const AccuracyCell& cell : table.cells) {
    if (!cell.k_soft || cell.family != best.family || cell.setup != best.setup) continue;
    if (cell.task != best.task) continue;
    settings[cell.directory] = &cells.at({cell.directory, cell.setup, cell.task});
  }
  return settings;
}

}  // namespace

void add_selection_estimates(const std::vector<ResultRecord>& records, AccuracyTable& table) {
  if (table.best.empty()) return;
  const std::map<CellKey, CellVerdicts> cells = verdicts_by_cell(records);
  for (BestOverAlpha& best : table.best) {
    const auto settings = settings_of(best, table, cells);
    if (settings.size() < 2) continue;
    std::vector<Verdicts> verdicts;
    for (const auto& [directory, cell] : settings) {
      if (!cell->usable || !same_items(*cell, *settings.begin()->second)) break;
      Verdicts& setting = verdicts.emplace_back();
      for (const auto& [item, correct] : cell->by_item) setting.push_back(correct);
    }
    if (verdicts.size() == settings.size()) best.selection = selection_estimate(verdicts);
  }
}

}  // namespace evotoken::reports
