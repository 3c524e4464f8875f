// Countdown problems with a solution: three numbers below 100, target 1 to 99, as in the published
// set. A target comes from combining the numbers at random, so that every problem can be solved.
#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>

#include "datasets/generator/generator.h"

namespace evotoken::datasets::generator {
namespace {

using nlohmann::ordered_json;

/// `left op right` in whole numbers, nothing where it does not divide.
std::optional<int> apply(char operation, int left, int right) {
  switch (operation) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      if (right == 0 || left % right != 0) return std::nullopt;
      return left / right;
  }
}

std::string calculation(int left, char operation, int right, int result) {
  return fmt::format("{} {} {} = {}", left, operation, right, result);
}

ordered_json three_numbers(Random& random) {
  ordered_json row = random_countdown(random);
  row.erase("solution");  // the published set has none
  row.erase("expression");
  return row;
}

}  // namespace

ordered_json random_countdown(Random& random) {
  constexpr std::array kOperations = {'+', '-', '*', '/'};
  while (true) {
    const int first = random.between(1, 99);
    const int second = random.between(1, 99);
    const int third = random.between(1, 99);
    const char inner_operation = random.pick(kOperations);
    const auto inner = apply(inner_operation, first, second);
    if (!inner) continue;
    const char operation = random.pick(kOperations);
    const bool swapped = random.between(0, 1) == 1;
    const auto target = swapped ? apply(operation, third, *inner) : apply(operation, *inner, third);
    if (!target || *target < 1 || *target > 99) continue;
    const std::string inside = fmt::format("({} {} {})", first, inner_operation, second);
    const int left = swapped ? third : *inner;
    const int right = swapped ? *inner : third;
    // The order in which the numbers were combined would give the solution away.
    return {{"input", fmt::format("{},{},{}", third, first, second)},
            {"output", fmt::format("{}", *target)},
            {"solution", fmt::format("{}. {}.", calculation(first, inner_operation, second, *inner),
                                     calculation(left, operation, right, *target))},
            {"expression", swapped ? fmt::format("{} {} {}", third, operation, inside)
                                   : fmt::format("{} {} {}", inside, operation, third)}};
  }
}

Rows make_countdown() {
  constexpr std::array kTemplates = {three_numbers};
  return make_rows(kTemplates, 48, 1003);
}

}  // namespace evotoken::datasets::generator
