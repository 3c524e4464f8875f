// Countdown: arithmetic with each given number exactly once, that gives the target.
//
// With "=" the side whose numbers are the given ones is the answer, and every other side that is
// arithmetic must agree with it: "3 + 4 + 5 = 99" claims something false and is wrong. A side that
// is no arithmetic ("x", "target", nothing) claims nothing.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scorers/reference/gold_error.h"
#include "scorers/verified/countdown_expression.h"
#include "scorers/verified/extraction.h"
#include "scorers/verified/graders.h"
#include "scorers/verified/limit.h"
#include "scorers/verified/text.h"

namespace evotoken::scorers::verified {
namespace {

constexpr std::size_t kMaxSides = 16;

struct Puzzle {
  std::vector<mpz_class> numbers;  // sorted
  std::optional<mpq_class> target;
};

Puzzle read_puzzle(const nlohmann::ordered_json& gold) {
  const auto fail = [&] {
    reference::throw_bad_gold(
        "countdown", gold, "[[numbers], target]; write the integers of the sample and its target");
  };
  if (!gold.is_array() || gold.size() != 2 || !gold[0].is_array()) fail();
  Puzzle puzzle;
  for (const auto& number : gold[0]) {
    if (!number.is_number()) fail();
    const mpq_class value(number.get<double>());
    if (value.get_den() != 1) fail();
    puzzle.numbers.push_back(value.get_num());
  }
  std::sort(puzzle.numbers.begin(), puzzle.numbers.end());
  if (gold[1].is_null()) return puzzle;
  if (!gold[1].is_number()) fail();
  puzzle.target = mpq_class(gold[1].get<double>());
  return puzzle;
}

bool uses_numbers(const CountdownSide& side, const Puzzle& puzzle) {
  std::vector<mpz_class> used = side.numbers;
  std::sort(used.begin(), used.end());
  return used == puzzle.numbers;
}

/// The sides of an answer around "=" and what stands for it.
std::vector<std::string> sides_of(std::string_view answer) {
  std::string text = replaced(fold_unicode(answer), "\\approx", "=");
  text = replaced(text, "\\implies", "=");
  std::vector<std::string> sides;
  std::string_view rest = text;
  while (true) {
    const std::size_t equals = rest.find('=');
    sides.emplace_back(trim(rest.substr(0, equals)));
    if (equals == std::string_view::npos) return sides;
    if (sides.size() == kMaxSides) throw LimitReached{};
    rest.remove_prefix(equals + 1);
  }
}

const char* judge(std::string_view answer, const Puzzle& puzzle) {
  std::vector<CountdownSide> sides;
  for (const std::string& text : sides_of(answer)) {
    if (auto side = parse_countdown(text)) sides.push_back(std::move(*side));
  }
  if (sides.empty()) return reason::kMalformed;
  const auto graded = std::find_if(sides.begin(), sides.end(), [&](const CountdownSide& side) {
    return uses_numbers(side, puzzle);
  });
  if (graded == sides.end()) return reason::kWrongNumbers;
  if (graded->value != puzzle.target) return reason::kWrong;
  const bool true_claims = std::all_of(sides.begin(), sides.end(), [&](const CountdownSide& side) {
    return side.value == graded->value;
  });
  return true_claims ? reason::kCorrect : reason::kWrong;
}

}  // namespace

VerifiedGrade grade_countdown(std::string_view generation,
                              const nlohmann::ordered_json& ground_truth) {
  const Puzzle puzzle = read_puzzle(ground_truth);
  Extraction found = extract_answer(generation);
  if (!found.answer && puzzle.target) return no_answer(std::move(found.flags));

  VerifiedGrade grade;
  grade.flags = std::move(found.flags);
  if (found.answer) grade.answer = *found.answer;
  if (!puzzle.target) {
    grade.reason = reason::kNoGold;
    return grade;
  }
  try {
    grade.reason = judge(*found.answer, puzzle);
  } catch (const LimitReached&) {
    grade.reason = reason::kScorerLimit;
  }
  grade.correct = grade.reason == reason::kCorrect;
  return grade;
}

}  // namespace evotoken::scorers::verified
