#include "reports/selection_over_alpha.h"

#include <vector>

namespace evotoken::reports {
namespace {

/// The directories that `best` was chosen from, by name.
std::map<std::string, const ItemVerdicts*> settings_of(const BestOverAlpha& best,
                                                       const AccuracyTable& table,
                                                       const CellItems& items) {
  std::map<std::string, const ItemVerdicts*> settings;
  for (const AccuracyCell& cell : table.cells) {
    if (!cell.k_soft || cell.family != best.family || cell.setup != best.setup) continue;
    if (cell.task != best.task) continue;
    settings[cell.directory] = &items.at({cell.directory, cell.setup, cell.task});
  }
  return settings;
}

}  // namespace

void add_selection_estimates(const CellItems& items, AccuracyTable& table) {
  for (BestOverAlpha& best : table.best) {
    const auto settings = settings_of(best, table, items);
    if (settings.size() < 2) continue;
    std::vector<Verdicts> verdicts;
    for (const auto& [directory, setting] : settings) {
      if (!setting->is_complete() || !setting->has_same_items(*settings.begin()->second)) break;
      verdicts.push_back(setting->correct());
    }
    if (verdicts.size() == settings.size()) best.selection = selection_estimate(verdicts);
  }
}

}  // namespace evotoken::reports
