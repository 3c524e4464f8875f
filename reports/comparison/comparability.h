// May two cells be compared, and by which of their items?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/comparison.h"
#include "reports/comparison/pairing.h"

namespace evotoken::reports {

/// Empty where `grader` gave none.
std::optional<bool> verdict_of(const ItemOutcome& item, Grader grader);

/// Did the verified grader grade every item on both sides?
bool all_verified(const std::vector<ItemPair>& pairs);

/// The items to compare, all graded by the reference grader on both sides; none where the cells are
/// refused. Appends to `reasons` why, or what is left out where `options` allow it. Both cells are
/// there.
std::vector<ItemPair> comparable_pairs(const CellPair& cells, const ComparisonOptions& options,
                                       std::vector<std::string>& reasons);

}  // namespace evotoken::reports
