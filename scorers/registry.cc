// The one table of graders, both of a task in its row. A table, not objects that register
// themselves as tasks do: a grader is a plain function with no name of its own, some serve two
// tasks, and a task of another kind calls its own (tasks/task.h, grade_reference).
#include <algorithm>
#include <array>
#include <string>

#include "base/unknown_name.h"
#include "scorers/reference/graders.h"
#include "scorers/scorer.h"
#include "scorers/verified/graders.h"

namespace evotoken::scorers {
namespace {

struct Graders {
  std::string_view task;
  ReferenceScorer reference;
  VerifiedScorer verified;
};

constexpr std::array kGraders = {
    Graders{"countdown", reference::grade_countdown, verified::grade_countdown},
    Graders{"gsm8k", reference::grade_gsm8k, verified::grade_number},
    Graders{"math500", reference::grade_math500, verified::grade_math},
    Graders{"svamp", reference::grade_svamp, verified::grade_number},
};

const Graders& find(std::string_view task) {
  const auto* const found = std::ranges::find(kGraders, task, &Graders::task);
  if (found != kGraders.end()) return *found;
  throw unknown_name("graders of a task", task, reference_scorer_names());
}

}  // namespace

ReferenceScorer find_reference_scorer(std::string_view task) { return find(task).reference; }

VerifiedScorer find_verified_scorer(std::string_view task) { return find(task).verified; }

std::vector<std::string> reference_scorer_names() {
  std::vector<std::string> names;
  for (const Graders& graders : kGraders) names.emplace_back(graders.task);
  return names;
}

}  // namespace evotoken::scorers
