// MATH500: 500 competition problems with LaTeX answers. Prompt as in dllm-reasoning/d1,
// eval/math500.py.
#include "datasets/math500.h"

#include <fmt/format.h>

#include "tasks/prompt.h"
#include "tasks/task.h"

namespace evotoken::tasks {
namespace {

class Math500 final : public Task {
 public:
  std::string name() const override { return "math500"; }
  std::vector<std::string> aliases() const override { return {"math"}; }
  std::string_view system_prompt() const override { return kMathSystemPrompt; }

  DataSource data_source() const override {
    return {.builtin = datasets::builtin_math500,
            .examples = datasets::builtin_math500_examples,
            .test =
                [](DataSource::Folder folder) {
                  return datasets::read_math500(datasets::find_math500(folder));
                },
            .train = [](DataSource::Folder folder) -> std::optional<datasets::Dataset> {
              const auto file = datasets::find_math500_train(folder);
              if (!file) return std::nullopt;
              return datasets::read_math500(*file, "train");
            }};
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
