// A problem in MATH500's format, and how its parts are written.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace evotoken::datasets::generator {

struct Problem {
  std::string problem;
  std::string solution;  ///< up to the box, which row() appends
  std::string answer;
  const char* subject;
  int level;
  /// Arithmetic from which a test derives the gold again (tests/datasets/arithmetic.h).
  std::vector<std::string> checks;
};

/// Upstream's fields and `checks`.
nlohmann::ordered_json row(const Problem& problem);

/// "+ 3" or "- 3".
std::string signed_term(int value);

/// "\frac{2}{3}" in lowest terms.
std::string fraction(int numerator, int denominator);

}  // namespace evotoken::datasets::generator
