// Responses of which only parts are to be learned: results, because arithmetic is learned fastest
// so; all from some place on, and all numbers among words that stand, because decoding mostly meets
// responses in these states.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "datasets/generator/worked_problem.h"

namespace evotoken::datasets::generator {

/// A text in parts that are given and asked in turn, the first one given (perhaps empty).
using Parts = std::vector<std::string>;

/// The response to the problem, of which only results are asked: numbers behind "=", and the
/// answer.
Parts ask_results(const WorkedProblem& problem);

/// The response to the problem, of which everything from a random place on is asked. A place is
/// the beginning of a digit or of the text behind one.
Parts ask_rest(const WorkedProblem& problem, Random& random);

/// The response to the problem, of which numbers with their signs are asked, and what follows its
/// end: the words are what decoding by confidence writes first. A quarter, half, three quarters or
/// all of the numbers, whichever comes up, at least one.
Parts ask_numbers(const WorkedProblem& problem, Random& random);

/// `count` lines of equations from the problems' reasoning, `per_line` of them in each, of which
/// only the results are asked: arithmetic without a story.
std::vector<Parts> make_equation_lines(const std::vector<WorkedProblem>& problems,
                                       std::size_t per_line);

}  // namespace evotoken::datasets::generator
