// What the maximum over α is worth: the bias of choosing it on the items it is reported on.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "reports/accuracy_table.h"
#include "reports/item_verdicts.h"

namespace evotoken::reports {

using CellKey = std::tuple<std::string, std::string, std::string>;  ///< directory, setup, task

/// The sorted items of every cell of EvoToken's.
using CellItems = std::map<CellKey, ItemVerdicts>;

/// Fills BestOverAlpha::selection from the reference verdicts of the directories that were
/// compared, in the order in which the published report looks at them (by name). Stays empty with
/// fewer than two directories, or where they do not hold the same items, each graded once.
void add_selection_estimates(const CellItems& items, AccuracyTable& table);

}  // namespace evotoken::reports
