// Problems with worked answers, without end: what the built-in model is trained on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/generator/generator.h"

namespace evotoken::datasets::generator {

struct WorkedProblem {
  std::string task;       ///< "countdown", "gsm8k", "math500", "svamp"
  std::string question;   ///< as Sample::question
  std::string reasoning;  ///< step by step, up to the result
  std::string answer;     ///< what belongs in the box
};

/// `count` problems from the templates of the built-in samples, the four tasks in turn, none of
/// them held out (held_out.h). A question comes again where a template has few numbers to choose
/// from. The same seed gives the same problems on every machine.
std::vector<WorkedProblem> make_worked_problems(std::size_t count, std::uint64_t seed);

/// `count` rows in the format of the data set of `task` ("countdown", "gsm8k", "math500", "svamp"),
/// all held out and no two with the same question: what the built-in model is tested on.
Rows make_held_out(std::string_view task, std::size_t count, std::uint64_t seed);

}  // namespace evotoken::datasets::generator
