// What every grader offers: text and gold in, a grade out.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace evotoken::scorers {

/// The verdict of one grader on one generation.
struct Grade {
  /// What was extracted: a number, a string, or null where nothing was. Infinite and not-a-number
  /// values stand as the strings "inf", "-inf", "nan".
  nlohmann::ordered_json answer;
  bool correct = false;
};

/// Grades `generation` (the text after the prompt, special tokens kept) against `ground_truth` as
/// the published `_generations.json` holds it (spec: tasks.md): GSM8K and SVAMP a number or null,
/// MATH500 a string, Countdown `[[numbers], target]`. Pure, bounded in time, never throws on any
/// text; throws DataError when `ground_truth` has another form than the task's.
using ReferenceScorer = Grade (*)(std::string_view generation,
                                  const nlohmann::ordered_json& ground_truth);

/// The reference grader of a task by its canonical name ("countdown", "gsm8k", "math500", "svamp").
/// Throws UsageError that lists the known names.
ReferenceScorer find_reference_scorer(std::string_view task);

/// Canonical task names that have a grader, sorted.
std::vector<std::string> reference_scorer_names();

}  // namespace evotoken::scorers
