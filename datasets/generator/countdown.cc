// Countdown problems with a solution: three numbers below 100, target 1 to 99, as in the published
// set. A target comes from combining the numbers at random, so that every problem can be solved.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

/// `first inner second`, then that with `third`: left of `outer`, or right of it where `swapped`.
struct Combination {
  int first;
  char inner;
  int second;
  char outer;
  int third;
  bool swapped;
};

std::string calculation(int left, char operation, int right, int result) {
  return fmt::format("{} {} {} = {}", left, operation, right, result);
}

/// The same value in the one form that solutions are written in, so that there is less to guess: no
/// negative intermediate result, sums before differences, the larger of two like numbers first.
Combination canonical(Combination c) {
  const bool sums = (c.inner == '+' || c.inner == '-') && (c.outer == '+' || c.outer == '-');
  if (!sums) {
    const bool commutes = c.inner == '+' || c.inner == '*';
    if (commutes && c.first < c.second) std::swap(c.first, c.second);
    if (c.outer == '+' || c.outer == '*') c.swapped = false;
    if (c.inner == '-' && c.first < c.second && c.outer == '+') {
      std::swap(c.first, c.second);  // −d + third = third − d
      c.outer = '-';
      c.swapped = true;
    } else if (c.inner == '-' && c.first < c.second && c.outer == '-') {
      std::swap(c.first, c.second);  // third − (−d) = d + third
      c.outer = '+';
      c.swapped = false;
    }
    return c;
  }
  std::vector<int> added;
  std::vector<int> taken;
  const bool inner_taken = c.outer == '-' && c.swapped;
  const bool third_taken = c.outer == '-' && !c.swapped;
  (inner_taken ? taken : added).push_back(c.first);
  ((c.inner == '-') != inner_taken ? taken : added).push_back(c.second);
  (third_taken ? taken : added).push_back(c.third);
  std::ranges::sort(added, std::greater());
  std::ranges::sort(taken, std::greater());
  std::vector<int> order = added;
  order.insert(order.end(), taken.begin(), taken.end());
  return {order[0], added.size() > 1 ? '+' : '-', order[1], added.size() > 2 ? '+' : '-', order[2],
          false};
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
    const Combination written =
        canonical({first, inner_operation, second, operation, third, swapped});
    const int between = *apply(written.inner, written.first, written.second);
    const std::string inside =
        fmt::format("({} {} {})", written.first, written.inner, written.second);
    const int left = written.swapped ? written.third : between;
    const int right = written.swapped ? between : written.third;
    // The order in which the numbers were combined would give the solution away.
    return {
        {"input", fmt::format("{},{},{}", third, first, second)},
        {"output", fmt::format("{}", *target)},
        {"solution",
         fmt::format("{}. {}.", calculation(written.first, written.inner, written.second, between),
                     calculation(left, written.outer, right, *target))},
        {"expression", written.swapped
                           ? fmt::format("{} {} {}", written.third, written.outer, inside)
                           : fmt::format("{} {} {}", inside, written.outer, written.third)}};
  }
}

Rows make_countdown() {
  constexpr std::array kTemplates = {three_numbers};
  return make_rows(kTemplates, 48, 1003);
}

}  // namespace evotoken::datasets::generator
