// Both verdicts of a generation, as reports read them: tasks and reports do not know each other.
#pragma once

#include <utility>

#include "reports/result_record.h"
#include "scorers/scorer.h"

namespace evotoken::programs {

inline void set_grades(scorers::Grade reference, scorers::VerifiedGrade verified,
                       reports::ResultRecord& record) {
  record.reference = {std::move(reference.answer), reference.correct};
  record.verified = {std::move(verified.answer), verified.correct, std::move(verified.reason),
                     std::move(verified.flags)};
}

}  // namespace evotoken::programs
