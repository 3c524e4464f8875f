// An items table, and its golds through the graders: whatever a cell holds, an item is graded or
// has a fault.
#include "base/error.h"
#include "programs/score_csv.h"
#include "tests/fuzz/targets.h"

namespace evotoken::fuzz {

void items_csv(std::string_view bytes) {
  try {
    for (const programs::CsvItem& row : programs::read_items_csv(bytes, "input", "gsm8k")) {
      (void)programs::grade_item(row.item);
    }
  } catch (const DataError&) {
    // The message for the user.
  }
}

}  // namespace evotoken::fuzz
