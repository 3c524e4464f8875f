// Countdown: the last box (else the answer tag, else everything) as a Python expression that uses
// exactly the given numbers and comes within 1e-5 of the target.
#include <re2/re2.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "scorers/reference/boxed.h"
#include "scorers/reference/gold_error.h"
#include "scorers/reference/graders.h"
#include "scorers/reference/python_expression.h"
#include "scorers/reference/python_literals.h"
#include "scorers/reference/python_text.h"

namespace evotoken::scorers::reference {
namespace {

constexpr double kTolerance = 1e-5;

struct Puzzle {
  std::vector<mpz_class> numbers;  // sorted
  std::optional<Number> target;
};

constexpr std::string_view kGoldForm =
    "[[numbers], target]; write the integers of the sample and its target";

std::optional<mpz_class> to_integer(const nlohmann::ordered_json& value) {
  if (value.is_number_integer()) return mpz_class(value.dump(), 10);
  if (!value.is_number_float()) return std::nullopt;
  const mpz_class truncated(value.get<double>());
  return truncated == value.get<double>() ? std::optional(truncated) : std::nullopt;
}

Puzzle read_puzzle(const nlohmann::ordered_json& gold) {
  if (!gold.is_array() || gold.size() != 2 || !gold[0].is_array())
    throw_bad_gold("countdown", gold, kGoldForm);
  Puzzle puzzle;
  for (const auto& number : gold[0]) {
    const std::optional<mpz_class> integer = to_integer(number);
    if (!integer) throw_bad_gold("countdown", gold, kGoldForm);
    puzzle.numbers.push_back(*integer);
  }
  std::sort(puzzle.numbers.begin(), puzzle.numbers.end());
  if (gold[1].is_null()) return puzzle;
  if (!gold[1].is_number()) throw_bad_gold("countdown", gold, kGoldForm);
  if (const std::optional<mpz_class> integer = to_integer(gold[1])) {
    puzzle.target = *integer;
  } else {
    puzzle.target = gold[1].get<double>();
  }
  return puzzle;
}

std::string extract_expression(std::string_view text) {
  std::optional<std::string_view> found = last_box(text);
  if (!found) found = first_answer_tag(text);
  std::string expression = replace_all(found.value_or(text), "\\div", "/");
  expression = replace_all(expression, "\\times", "*");
  expression = replace_all(expression, "\\cdot", "*");

  // With a claimed result the left side counts; whether the claim is true is never looked at.
  // The second class needs no repetition: one character decides the match.
  static const RE2 kEquation(R"(([0-9+\-*/() ]+)=[0-9. ])");
  std::string left;
  if (!RE2::PartialMatch(expression, kEquation, &left)) return expression;
  return std::string(strip(left));
}

// `int()` of all `\d+`, sorted, equals the given numbers. Digits outside ASCII need no reading: the
// evaluation refuses them in any case.
bool uses_numbers(std::string_view expression, const std::vector<mpz_class>& numbers) {
  constexpr std::string_view kDigits = "0123456789";
  std::vector<mpz_class> used;
  for (std::size_t begin = expression.find_first_of(kDigits); begin != std::string_view::npos;
       begin = expression.find_first_of(kDigits)) {
    expression.remove_prefix(begin);
    const std::string digits(expression.substr(0, expression.find_first_not_of(kDigits)));
    if (digits.size() > kMaxIntegerDigits || used.size() == numbers.size()) return false;
    used.emplace_back(digits, 10);
    expression.remove_prefix(digits.size());
  }
  std::sort(used.begin(), used.end());
  return used == numbers;
}

bool is_solution(std::string_view expression, const Puzzle& puzzle) {
  if (!puzzle.target || !uses_numbers(expression, puzzle.numbers)) return false;
  // The published check for `^[\d+\-*/().\s]+$` is implied: evaluate_expression knows no others.
  const std::optional<Number> value = evaluate_expression(strip(expression));
  return value && is_within(*value, *puzzle.target, kTolerance);
}

}  // namespace

Grade grade_countdown(std::string_view generation, const nlohmann::ordered_json& ground_truth) {
  const Puzzle puzzle = read_puzzle(ground_truth);
  const std::string expression = extract_expression(repair_utf8(generation));
  return {.answer = expression, .correct = is_solution(expression, puzzle)};
}

}  // namespace evotoken::scorers::reference
