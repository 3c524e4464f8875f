// MATH500: gold and answer are parsed and compared as mathematics. Texts and choices are compared
// as words before anything is parsed; equal text is equal, whatever it means.
#include <optional>
#include <string>
#include <utility>

#include "scorers/reference/gold_error.h"
#include "scorers/verified/answer_equality.h"
#include "scorers/verified/extraction.h"
#include "scorers/verified/graders.h"
#include "scorers/verified/latex_parser.h"
#include "scorers/verified/limit.h"
#include "scorers/verified/plain_text.h"
#include "scorers/verified/text.h"

namespace evotoken::scorers::verified {
namespace {

/// About 50 ms: a unit is a tenth of a microsecond.
constexpr std::int64_t kBudget = 500000;

struct Judgement {
  const char* reason = reason::kWrong;
  std::vector<std::string> flags;
};

/// White space taken out but between digits, where it divides two numbers.
std::string without_spaces(std::string_view text) {
  std::string out;
  bool spaced = false;
  for (const char c : text) {
    if (is_space(c)) {
      spaced = true;
      continue;
    }
    if (spaced && is_digit(c) && !out.empty() && is_digit(out.back())) out += ' ';
    out += c;
    spaced = false;
  }
  return out;
}

Judgement verdict(bool correct, std::vector<std::string> flags = {}) {
  return {correct ? reason::kCorrect : reason::kWrong, std::move(flags)};
}

/// A gold in words: choices by their letter, other texts by their words.
std::optional<Judgement> judge_words(std::string_view gold, std::string_view answer) {
  if (const auto letter = choice_gold(gold)) {
    const auto chosen = chosen_letter(answer);
    if (chosen) return verdict(*chosen == *letter, {"choice"});
    return std::nullopt;
  }
  if (!is_text_gold(gold)) return std::nullopt;
  const auto words = words_of(answer);
  return verdict(words && *words == *words_of(gold), {"text"});
}

/// Compares with the answer read as each way of grouping digits reads it: "1,234" is a number, and
/// a list where the gold is one.
Judgement judge_mathematics(std::string_view gold_text, std::string_view answer_text) {
  Budget budget(kBudget);
  const auto gold = parse_answer(gold_text, Grouping::kOutsideBrackets);
  std::optional<Judgement> judged;
  for (const Grouping grouping :
       {Grouping::kOutsideBrackets, Grouping::kNever, Grouping::kAlways}) {
    const auto answer = parse_answer(answer_text, grouping);
    if (!answer) continue;
    std::vector<std::string> flags;
    const bool equal = gold && equal_answers(*gold, *answer, budget, flags);
    if (equal || !judged) judged = verdict(equal, std::move(flags));
    if (equal) return *judged;
    // Without a comma between digits all ways are the same.
    if (answer_text.find(',') == std::string_view::npos) break;
  }
  if (judged) return *judged;
  return {reason::kMalformed, {}};
}

/// What stands behind the last "=" outside braces: where the left side is words or notation that
/// the grammar does not know, the right one is still the answer.
std::string_view last_side(std::string_view answer) {
  int depth = 0;
  for (std::size_t i = answer.size(); i-- > 0;) {
    if (answer[i] == '}') ++depth;
    if (answer[i] == '{') --depth;
    if (answer[i] == '=' && depth == 0) return answer.substr(i + 1);
  }
  return {};
}

Judgement judge(std::string_view gold, std::string_view answer) {
  if (without_spaces(gold) == without_spaces(answer)) return verdict(true);
  try {
    if (auto words = judge_words(gold, answer)) return *words;
    Judgement judged = judge_mathematics(gold, answer);
    const std::string_view side = last_side(answer);
    if (judged.reason != reason::kMalformed || trim(side).empty()) return judged;
    judged = judge_mathematics(gold, side);
    if (judged.reason != reason::kMalformed) add_flag(judged.flags, "last_side");
    return judged;
  } catch (const LimitReached&) {
    return {reason::kScorerLimit, {}};
  }
}

}  // namespace

VerifiedGrade grade_math(std::string_view generation, const nlohmann::ordered_json& ground_truth) {
  if (!ground_truth.is_string() && !ground_truth.is_null()) {
    reference::throw_bad_gold("math500", ground_truth,
                              "a string or null; write the sample's answer");
  }
  Extraction found = extract_answer(generation);
  if (!found.answer && !ground_truth.is_null()) return no_answer(std::move(found.flags));

  VerifiedGrade grade;
  grade.flags = std::move(found.flags);
  if (found.answer) grade.answer = *found.answer;
  if (ground_truth.is_null()) {
    grade.reason = reason::kNoGold;
    return grade;
  }
  const Judgement judged = judge(trim(ground_truth.get_ref<const std::string&>()), *found.answer);
  grade.reason = judged.reason;
  grade.correct = grade.reason == reason::kCorrect;
  for (const std::string& flag : judged.flags) add_flag(grade.flags, flag);
  return grade;
}

}  // namespace evotoken::scorers::verified
