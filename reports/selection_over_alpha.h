// What the maximum over α is worth: the bias of choosing it on the items it is reported on.
#pragma once

#include <vector>

#include "reports/accuracy_table.h"

namespace evotoken::reports {

/// Fills BestOverAlpha::selection from the reference verdicts of the directories that were
/// compared, in the order in which the published report looks at them (by name). Stays empty with
/// fewer than two directories, or where they do not hold the same items, each graded once.
void add_selection_estimates(const std::vector<ResultRecord>& records, AccuracyTable& table);

}  // namespace evotoken::reports
