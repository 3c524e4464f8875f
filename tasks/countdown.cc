// Countdown: reach a target from given numbers, each used once. Prompt and gold as in
// dllm-reasoning/d1, eval/countdown.py.
#include "datasets/countdown.h"

#include "tasks/gold.h"
#include "tasks/task.h"

namespace evotoken::tasks {
namespace {

// "Respond" follows the example without a line end: upstream's.
constexpr std::string_view kSystemPrompt =
    "Using only the provided numbers, create an arithmetic expression that evaluates to exactly "
    "the provided target number. You may use the operations +, -, *, and / as needed, but each "
    "number must be used exactly once. Think step-by-step. After reasoning, provide only your "
    "final expression inside \\boxed{} tags without including an equals sign or the target number. "
    "For example: \\boxed{a + b * c}Respond in the following format:\n"
    "<reasoning>\n"
    "Your reasoning here\n"
    "</reasoning>\n"
    "<answer>\n"
    "\\boxed{...}\n"
    "</answer>";

class Countdown final : public Task {
 public:
  std::string name() const override { return "countdown"; }
  std::string_view system_prompt() const override { return kSystemPrompt; }

  /// No training set: upstream has none in this format.
  DataSource data_source() const override {
    return {.builtin = datasets::builtin_countdown,
            .examples = datasets::builtin_countdown_examples,
            .test = [](DataSource::Folder folder) {
              return datasets::read_countdown(datasets::find_countdown(folder));
            }};
  }

  nlohmann::ordered_json ground_truth(const datasets::Sample& sample) const override {
    auto gold = nlohmann::ordered_json::array();
    gold.push_back(nlohmann::ordered_json(sample.numbers));
    gold.push_back(integer_gold(sample.answer, sample.id));
    return gold;
  }

  std::string example_answer(const datasets::Sample& sample) const override {
    return sample.solution;
  }
};

const Countdown kTask;
const TaskRegistration kRegistration(kTask);

}  // namespace
}  // namespace evotoken::tasks
