// The two results files that others may have written: our results.json, which the audit measures
// folders by, and lm-eval's.
#include "reports/results_json.h"

#include "base/error.h"
#include "reports/export/lm_eval_results.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/targets.h"

namespace evotoken::fuzz {

void results_json(std::string_view bytes) {
  const MemoryFile file(bytes);
  try {
    (void)reports::read_expected_items(file.path());
  } catch (const DataError&) {
    // The message for the user.
  }
  try {
    (void)reports::read_lm_eval_results(file.path());
  } catch (const DataError&) {
    // As above.
  }
}

}  // namespace evotoken::fuzz
