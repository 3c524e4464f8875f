// Equality of whole answers: lists, tuples, intervals, sets, matrices, equations, inequalities.
#pragma once

#include <string>
#include <vector>

#include "scorers/verified/expression.h"
#include "scorers/verified/limit.h"

namespace evotoken::scorers::verified {

/// Does `answer` say what `gold` says (spec: scoring.md, "Verified grader", MATH)? The gold decides
/// the form: what a pair of brackets means, and whether units, percent, a variable's name or a
/// base are asked for. Adds to `flags` what had to be normalised. Throws LimitReached.
bool equal_answers(const Answer& gold, const Answer& answer, Budget& budget,
                   std::vector<std::string>& flags);

}  // namespace evotoken::scorers::verified
