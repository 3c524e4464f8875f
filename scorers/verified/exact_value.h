// The value of an expression of rational numbers, exactly.
#pragma once

#include <gmpxx.h>

#include <optional>

#include "scorers/verified/expression.h"
#include "scorers/verified/limit.h"

namespace evotoken::scorers::verified {

/// The value of `node` where it is built of rational numbers by + - * /, whole powers, perfect
/// roots, factorials, binomials, |x|, floor, ceiling, gcd, lcm, max and min; nothing where it is
/// not, where it is undefined, or where a value needs more than 20,000 bits.
std::optional<mpq_class> exact_value(const Node& node, Budget& budget);

}  // namespace evotoken::scorers::verified
