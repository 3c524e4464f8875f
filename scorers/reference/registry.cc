// The one table of reference graders. A table, not objects that register themselves: a linker
// drops an object file of a static library that nobody calls by name.
#include <array>
#include <string>
#include <utility>

#include "base/error.h"
#include "scorers/reference/graders.h"
#include "scorers/scorer.h"

namespace evotoken::scorers {
namespace {

constexpr std::array<std::pair<std::string_view, ReferenceScorer>, 4> kScorers = {{
    {"countdown", reference::grade_countdown},
    {"gsm8k", reference::grade_gsm8k},
    {"math500", reference::grade_math500},
    {"svamp", reference::grade_svamp},
}};

}  // namespace

ReferenceScorer find_reference_scorer(std::string_view task) {
  for (const auto& [name, scorer] : kScorers) {
    if (name == task) return scorer;
  }
  throw UsageError("reference scorer: no task \"" + std::string(task) +
                   "\"; known: " + join_names(reference_scorer_names()));
}

std::vector<std::string> reference_scorer_names() {
  std::vector<std::string> names;
  names.reserve(kScorers.size());
  for (const auto& [name, scorer] : kScorers) names.emplace_back(name);
  return names;
}

}  // namespace evotoken::scorers
