#include "tasks/task.h"

namespace evotoken::tasks {

scorers::Grade Task::grade_reference(std::string_view generation,
                                     const nlohmann::ordered_json& ground_truth) const {
  return scorers::find_reference_scorer(name())(generation, ground_truth);
}

scorers::VerifiedGrade Task::grade_verified(std::string_view generation,
                                            const nlohmann::ordered_json& gold) const {
  return scorers::find_verified_scorer(name())(generation, gold);
}

}  // namespace evotoken::tasks
