// SVAMP: one- and two-step word problems with numbers that are not needed. Prompt (MATH500's, byte
// for byte) and gold as in EvoToken's published evaluation.
#include "datasets/svamp.h"

#include <fmt/format.h>

#include "tasks/gold.h"
#include "tasks/prompt.h"
#include "tasks/task.h"

namespace evotoken::tasks {
namespace {

class Svamp final : public Task {
 public:
  std::string name() const override { return "svamp"; }
  std::string_view system_prompt() const override { return kMathSystemPrompt; }

  DataSource data_source() const override {
    return {.builtin = datasets::builtin_svamp,
            .examples = datasets::builtin_svamp_examples,
            .test =
                [](DataSource::Folder folder) {
                  return datasets::read_svamp(datasets::find_svamp(folder));
                },
            .train = [](DataSource::Folder folder) -> std::optional<datasets::Dataset> {
              const auto file = datasets::find_svamp_train(folder);
              if (!file) return std::nullopt;
              return datasets::read_svamp(*file);
            }};
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
