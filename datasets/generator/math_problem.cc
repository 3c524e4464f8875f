#include "datasets/generator/math_problem.h"

#include <fmt/format.h>

#include <cstdlib>
#include <numeric>

namespace evotoken::datasets::generator {

nlohmann::ordered_json row(const Problem& problem) {
  return {{"problem", problem.problem},
          {"solution", fmt::format("{} $\\boxed{{{}}}$.", problem.solution, problem.answer)},
          {"answer", problem.answer},
          {"subject", problem.subject},
          {"level", problem.level},
          {"checks", problem.checks}};
}

std::string signed_term(int value) {
  return fmt::format("{} {}", value < 0 ? '-' : '+', std::abs(value));
}

std::string fraction(int numerator, int denominator) {
  const int divisor = std::gcd(numerator, denominator);
  return fmt::format("\\frac{{{}}}{{{}}}", numerator / divisor, denominator / divisor);
}

}  // namespace evotoken::datasets::generator
