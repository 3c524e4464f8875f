// Which cells and which items of two runs belong together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/comparison/outcomes.h"

namespace evotoken::reports {

/// A cell of the baseline with its counterpart; nullptr where a run has none.
struct CellPair {
  std::string name;
  const OutcomeCell* baseline = nullptr;
  const OutcomeCell* candidate = nullptr;
};

/// All cells of both runs: those of the baseline in its order, then those of the candidate alone.
std::vector<CellPair> pair_cells(const RunOutcomes& baseline, const RunOutcomes& candidate);

/// An item that both have.
struct ItemPair {
  const ItemOutcome* baseline = nullptr;
  const ItemOutcome* candidate = nullptr;
};

struct PairedItems {
  std::vector<ItemPair> pairs;  ///< in the order of the baseline
  std::int64_t only_baseline = 0;
  std::int64_t only_candidate = 0;
  std::int64_t other_prompts = 0;  ///< pairs whose prompts differ
};

/// Pairs items by their keys, none of which a cell has twice (outcomes.h). The pointers lead into
/// the two cells.
PairedItems pair_items(const OutcomeCell& baseline, const OutcomeCell& candidate);

}  // namespace evotoken::reports
