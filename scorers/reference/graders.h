// One reference grader per task; the table in registry.cc lists them. Contract of each: scorer.h.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "scorers/scorer.h"

namespace evotoken::scorers::reference {

/// Countdown; `ground_truth` is `[[numbers], target]`, a null target is never met.
Grade grade_countdown(std::string_view generation, const nlohmann::ordered_json& ground_truth);

/// GSM8K; `ground_truth` is a number ("inf", "-inf", "nan" stand for the floats) or null, which
/// nothing equals.
Grade grade_gsm8k(std::string_view generation, const nlohmann::ordered_json& ground_truth);

/// MATH500; `ground_truth` is the answer as a string.
Grade grade_math500(std::string_view generation, const nlohmann::ordered_json& ground_truth);

/// SVAMP; `ground_truth` is what Python's `float()` reads, a number or a string, or null, which
/// nothing equals.
Grade grade_svamp(std::string_view generation, const nlohmann::ordered_json& ground_truth);

}  // namespace evotoken::scorers::reference
