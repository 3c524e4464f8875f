// One verified grader per task; the table in registry.cc lists them. Contract of each: scorer.h.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "scorers/scorer.h"

namespace evotoken::scorers::verified {

/// GSM8K and SVAMP: `ground_truth` is a number, its decimal text, or null (no gold).
VerifiedGrade grade_number(std::string_view generation, const nlohmann::ordered_json& ground_truth);

/// Countdown: `[[numbers], target]`; a null target is no gold.
VerifiedGrade grade_countdown(std::string_view generation,
                              const nlohmann::ordered_json& ground_truth);

/// MATH500: the answer in LaTeX, or null (no gold).
VerifiedGrade grade_math(std::string_view generation, const nlohmann::ordered_json& ground_truth);

/// A grade without an answer: the reason and flags of an extraction that found none.
inline VerifiedGrade no_answer(std::vector<std::string> flags) {
  return {nullptr, false, reason::kNoAnswer, std::move(flags)};
}

}  // namespace evotoken::scorers::verified
