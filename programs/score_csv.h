// Items as CSV: what `evotoken-report --items_csv` writes, or a table of one's own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "programs/score_items.h"

namespace evotoken::programs {

/// A row of an items table, and the folder and setup that it names (may be empty).
struct CsvItem {
  ScoreItem item;
  std::string directory;
  std::string setup;
};

/// The rows of a table with the columns "generations", "ground_truth" (JSON; text that is none
/// stands for itself) and "task" (or `default_task`); "question", "prompt_input", "directory" and
/// "setup" may stand beside. Throws DataError that opens with `where` when a column is missing or
/// the text is no CSV; a row of unknown task is an item with a fault.
std::vector<CsvItem> read_items_csv(std::string_view text, const std::string& where,
                                    const std::string& default_task);

}  // namespace evotoken::programs
