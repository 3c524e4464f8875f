// GSM8K: grade-school word problems. Prompt and gold as in dllm-reasoning/d1, eval/gsm8k.py and
// eval/parse_and_get_acc.py.
#include "datasets/gsm8k.h"

#include <re2/re2.h>

#include "tasks/gold.h"
#include "tasks/task.h"

namespace evotoken::tasks {
namespace {

// The space before the first line end is upstream's.
constexpr std::string_view kSystemPrompt =
    "You are a math expert. You will be given a question to solve. Solve it step by step. Wrap the "
    "final answer in a \\boxed{}. \n"
    "Respond in the following format:\n"
    "<reasoning>\n"
    "Your reasoning here\n"
    "</reasoning>\n"
    "<answer>\n"
    "\\boxed{...}\n"
    "</answer>";

class Gsm8k final : public Task {
 public:
  std::string name() const override { return "gsm8k"; }
  std::string_view system_prompt() const override { return kSystemPrompt; }

  DataSource data_source() const override {
    return {.builtin = datasets::builtin_gsm8k,
            .examples = datasets::builtin_gsm8k_examples,
            .test =
                [](DataSource::Folder folder) {
                  return datasets::read_gsm8k(datasets::find_gsm8k(folder));
                },
            .train = [](DataSource::Folder folder) -> std::optional<datasets::Dataset> {
              const auto file = datasets::find_gsm8k_train(folder);
              if (!file) return std::nullopt;
              return datasets::read_gsm8k(*file, "train");
            }};
  }

  /// The published regex has no place for a sign, so a negative gold becomes null; so does an
  /// answer without a gold. Digits are ASCII here (in Python \d is any digit; the data has no
  /// other), and commas alone, which raise there, count as no gold.
  nlohmann::ordered_json ground_truth(const datasets::Sample& sample) const override {
    static const RE2 kGold(R"(####\s*\$?([\d,]+(?:\.\d+)?))");
    std::string digits;
    if (!RE2::PartialMatch(sample.answer, kGold, &digits)) return nullptr;
    std::erase(digits, ',');
    if (digits.empty()) return nullptr;
    return float_gold(digits, sample.id);
  }

  /// With its sign: test items 489 and 1113 are negative, which the published regex cannot read.
  nlohmann::ordered_json verified_gold(const datasets::Sample& sample) const override {
    static const RE2 kNegative(R"(####\s*(?:-\s*\$?|\$-)([\d,]+(?:\.\d+)?))");
    std::string digits;
    if (!RE2::PartialMatch(sample.answer, kNegative, &digits)) return ground_truth(sample);
    std::erase(digits, ',');
    if (digits.empty()) return nullptr;
    return float_gold("-" + digits, sample.id);
  }

  /// The data's own answer, annotations and "####" line as they stand.
  std::string example_answer(const datasets::Sample& sample) const override {
    return sample.answer;
  }
};

const Gsm8k kTask;
const TaskRegistration kRegistration(kTask);

}  // namespace
}  // namespace evotoken::tasks
