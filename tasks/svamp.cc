// SVAMP: one- and two-step word problems with numbers that are not needed. Prompt (MATH500's, byte
// for byte) and gold as in EvoToken's published evaluation.
#include "datasets/svamp.h"

#include <fmt/format.h>

#include "tasks/gold.h"
#include "tasks/task.h"

namespace evotoken::tasks {
namespace {

// The quote, the space and the line end after "</answer>" are upstream's.
constexpr std::string_view kSystemPrompt =
    "You are a math expert. You will be given a question to solve. Solve it step by step. Wrap the "
    "final answer in a \\boxed{}.\n"
    "Respond in the following format:\n"
    "<reasoning>\n"
    "Your reasoning here\n"
    "</reasoning>\n"
    "<answer>\n"
    "\\boxed{...}\n"
    "</answer>\" \n";

class Svamp final : public Task {
 public:
  std::string name() const override { return "svamp"; }
  std::string_view system_prompt() const override { return kSystemPrompt; }

  datasets::Dataset load(const std::filesystem::path& data_dir) const override {
    if (data_dir.empty()) return datasets::builtin_svamp();
    return datasets::read_svamp(datasets::find_svamp(data_dir));
  }

  datasets::Dataset load_examples(const std::filesystem::path& data_dir) const override {
    if (!data_dir.empty()) {
      if (const auto train = datasets::find_svamp_train(data_dir)) {
        return datasets::read_svamp(*train);
      }
    }
    return datasets::builtin_svamp_examples();
  }

  nlohmann::ordered_json ground_truth(const datasets::Sample& sample) const override {
    return float_gold(sample.answer, sample.id);
  }

  /// A worked answer where the example has one; for upstream's rows, which have an equation alone,
  /// the equation and the boxed answer, "( 8.0 - 3.0 ) = 5\n\boxed{5}".
  std::string example_answer(const datasets::Sample& sample) const override {
    if (sample.solution.find("\\boxed{") != std::string::npos) return sample.solution;
    const std::string answer = fmt::format("{}", ground_truth(sample).get<double>());
    const std::string boxed = fmt::format("\\boxed{{{}}}", answer);
    return sample.solution.empty() ? boxed
                                   : fmt::format("{} = {}\n{}", sample.solution, answer, boxed);
  }
};

const Svamp kTask;
const TaskRegistration kRegistration(kTask);

}  // namespace
}  // namespace evotoken::tasks
