// Lines as evotoken-score reads them: ours and lm-eval's samples. Nothing may be thrown: a bad line
// is an item with a fault.
#include <string>

#include "programs/score_items.h"
#include "programs/score_lm_eval.h"
#include "tests/fuzz/targets.h"

namespace evotoken::fuzz {

void json_lines(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    for (const char* task : {"", "gsm8k", "countdown", "math500", "svamp"}) {
      (void)programs::grade_item(programs::parse_json_line(line, "input:1", task));
    }
    (void)programs::lm_eval_setup(std::string(line));
  }
}

}  // namespace evotoken::fuzz
