// Evaluation of an expression at a point, between rigorous bounds (Arb).
#pragma once

#include <gmpxx.h>

#include <map>
#include <optional>
#include <string>

#include "scorers/verified/ball.h"
#include "scorers/verified/expression.h"
#include "scorers/verified/limit.h"

namespace evotoken::scorers::verified {

/// Where and how precisely an expression is evaluated.
struct EvaluationPoint {
  std::map<std::string, mpq_class> variables;
  slong precision_bits = 128;
};

/// An enclosure of the value of `node`; nothing where it is undefined there (a zero below a
/// fraction), the bounds cannot tell, or it is no number. Roots and rational powers of negative
/// numbers are real where a real one exists (∛-8 = -2), else principal. `\log` without a base is
/// the natural one. Throws LimitReached for magnitudes past 2^1,000,000 and when `budget` is spent.
std::optional<Ball> evaluate(const Node& node, const EvaluationPoint& point, Budget& budget);

}  // namespace evotoken::scorers::verified
