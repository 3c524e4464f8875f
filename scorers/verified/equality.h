// Equality of expressions that are numbers, polynomials, or any functions that can be evaluated.
#pragma once

#include "scorers/verified/expression.h"
#include "scorers/verified/limit.h"

namespace evotoken::scorers::verified {

/// Do `a` and `b` have the same value wherever both are defined? Throws LimitReached.
bool equal_values(const Node& a, const Node& b, Budget& budget);

/// Is `a` a non-zero constant times `b`, as the difference of an equation's sides is? With
/// `positive` the constant must be positive, as for inequalities. Throws LimitReached.
bool proportional(const Node& a, const Node& b, bool positive, Budget& budget);

}  // namespace evotoken::scorers::verified
