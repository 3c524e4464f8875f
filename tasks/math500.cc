// MATH500: 500 competition problems with LaTeX answers. Prompt as in dllm-reasoning/d1,
// eval/math500.py.
#include "datasets/math500.h"

#include <fmt/format.h>

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

class Math500 final : public Task {
 public:
  std::string name() const override { return "math500"; }
  std::vector<std::string> aliases() const override { return {"math"}; }
  std::string_view system_prompt() const override { return kSystemPrompt; }

  datasets::Dataset load(const std::filesystem::path& data_dir) const override {
    if (data_dir.empty()) return datasets::builtin_math500();
    return datasets::read_math500(datasets::find_math500(data_dir));
  }

  datasets::Dataset load_examples(const std::filesystem::path& data_dir) const override {
    if (!data_dir.empty()) {
      if (const auto train = datasets::find_math500_train(data_dir)) {
        return datasets::read_math500(*train, "train");
      }
    }
    return datasets::builtin_math500_examples();
  }

  nlohmann::ordered_json ground_truth(const datasets::Sample& sample) const override {
    return sample.answer;
  }

  /// The worked solution, which ends in the boxed answer; the boxed answer where there is none.
  std::string example_answer(const datasets::Sample& sample) const override {
    return sample.solution.empty() ? fmt::format("\\boxed{{{}}}", sample.answer) : sample.solution;
  }
};

const Math500 kTask;
const TaskRegistration kRegistration(kTask);

}  // namespace
}  // namespace evotoken::tasks
