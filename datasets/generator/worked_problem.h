// Problems with worked answers, without end: what the built-in model is trained on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace evotoken::datasets::generator {

struct WorkedProblem {
  std::string task;       ///< "countdown", "gsm8k", "math500", "svamp"
  std::string question;   ///< as Sample::question
  std::string reasoning;  ///< step by step, up to the result
  std::string answer;     ///< what belongs in the box
};

/// `count` problems from the templates of the built-in samples, the four tasks in turn, no two with
/// the same question, and none that a built-in sample or example asks (compared by content hash).
/// The same seed gives the same problems on every machine.
std::vector<WorkedProblem> make_worked_problems(std::size_t count, std::uint64_t seed);

/// A text in parts that are given and asked in turn, the first one given (perhaps empty).
using Parts = std::vector<std::string>;

/// The response to the problem, of which only results are asked: numbers behind "=", and the
/// answer.
Parts ask_results(const WorkedProblem& problem);

/// `count` lines of equations from the problems' reasoning, `per_line` of them in each, of which
/// only the results are asked: arithmetic without a story.
std::vector<Parts> make_equation_lines(const std::vector<WorkedProblem>& problems,
                                       std::size_t per_line);

}  // namespace evotoken::datasets::generator
