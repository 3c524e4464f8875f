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

/// The verdict of the verified grader (spec: scoring.md, "Verified grader").
struct VerifiedGrade {
  /// What was read: the exact value for numbers ("18", "1/2"), else the text; null where there is
  /// no answer.
  nlohmann::ordered_json answer;
  bool correct = false;
  std::string reason;              ///< one of scorers::reason
  std::vector<std::string> flags;  ///< how the answer was found and what had to be normalised
};

/// The reasons of VerifiedGrade; of several the first that applies counts.
namespace reason {
inline constexpr const char* kNoGold = "no_gold";
inline constexpr const char* kNoAnswer = "no_answer";
inline constexpr const char* kMalformed = "malformed";
inline constexpr const char* kWrongNumbers = "wrong_numbers";
inline constexpr const char* kScorerLimit = "scorer_limit";
inline constexpr const char* kWrong = "wrong";
inline constexpr const char* kCorrect = "correct";
}  // namespace reason

/// Flags of extraction; those of normalisations stand where they are made.
namespace flag {
inline constexpr const char* kTruncated = "truncated";       ///< no answer and no end token either
inline constexpr const char* kUnclosedBox = "unclosed_box";  ///< the box was never closed
inline constexpr const char* kAnswerTag = "answer_tag";      ///< read from <answer>, not from a box
inline constexpr const char* kHashMark = "hash_mark";        ///< the number after the last ####
}  // namespace flag

/// As ReferenceScorer: pure, bounded in time and memory, throws on no text, DataError for a gold of
/// another form. For GSM8K and SVAMP the gold may also be the decimal text of a number.
using VerifiedScorer = VerifiedGrade (*)(std::string_view generation,
                                         const nlohmann::ordered_json& ground_truth);

/// The verified grader of a task by its canonical name. Throws UsageError that lists the known.
VerifiedScorer find_verified_scorer(std::string_view task);

}  // namespace evotoken::scorers
