// The one table of verified graders; why a table: reference/registry.cc.
#include <array>
#include <string>
#include <utility>

#include "base/error.h"
#include "scorers/scorer.h"
#include "scorers/verified/graders.h"

namespace evotoken::scorers {
namespace {

constexpr std::array<std::pair<std::string_view, VerifiedScorer>, 4> kScorers = {{
    {"countdown", verified::grade_countdown},
    {"gsm8k", verified::grade_number},
    {"math500", verified::grade_math},
    {"svamp", verified::grade_number},
}};

}  // namespace

VerifiedScorer find_verified_scorer(std::string_view task) {
  std::vector<std::string> names;
  for (const auto& [name, scorer] : kScorers) {
    if (name == task) return scorer;
    names.emplace_back(name);
  }
  throw UsageError("verified scorer: no task \"" + std::string(task) +
                   "\"; known: " + join_names(names));
}

}  // namespace evotoken::scorers
