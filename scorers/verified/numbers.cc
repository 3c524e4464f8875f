// GSM8K and SVAMP: the one number of the answer equals the gold, both exact rationals.
#include <optional>
#include <string>
#include <utility>

#include "scorers/reference/gold_error.h"
#include "scorers/verified/extraction.h"
#include "scorers/verified/graders.h"
#include "scorers/verified/number_text.h"
#include "scorers/verified/rational.h"
#include "scorers/verified/text.h"

namespace evotoken::scorers::verified {
namespace {

/// The gold's decimal text decides, not the float: 0.1 is 1/10 (JSON's shortest digits say so).
std::optional<mpq_class> read_gold(const nlohmann::ordered_json& gold) {
  if (gold.is_null()) return std::nullopt;
  if (gold.is_string()) {
    const std::string& text = gold.get_ref<const std::string&>();
    if (text == "nan" || text == "inf" || text == "-inf") return std::nullopt;
    if (auto value = parse_decimal(text)) return value;
    NumberText number = read_number(text);
    if (number.value) return number.value;
  } else if (gold.is_number()) {
    const std::string text = gold.dump();
    if (text == "null") return std::nullopt;  // how JSON writes nan and infinity
    if (auto value = parse_decimal(text)) return value;
  }
  reference::throw_bad_gold("gsm8k or svamp", gold, "a number or null; write the sample's answer");
}

}  // namespace

VerifiedGrade grade_number(std::string_view generation,
                           const nlohmann::ordered_json& ground_truth) {
  const std::optional<mpq_class> gold = read_gold(ground_truth);
  Extraction found = extract_answer(generation);
  if (!found.answer && gold) return no_answer(std::move(found.flags));

  VerifiedGrade grade;
  grade.flags = std::move(found.flags);
  NumberText number;
  if (found.answer) {
    number = read_number(*found.answer);
    grade.answer = number.value ? rational_text(*number.value) : *found.answer;
  }
  for (const std::string& flag : number.flags) add_flag(grade.flags, flag);
  if (!gold) {
    grade.reason = reason::kNoGold;
  } else if (number.too_long) {
    grade.reason = reason::kScorerLimit;
  } else if (!number.value) {
    grade.reason = reason::kMalformed;
  } else {
    grade.correct = *number.value == *gold;
    grade.reason = grade.correct ? reason::kCorrect : reason::kWrong;
  }
  return grade;
}

}  // namespace evotoken::scorers::verified
