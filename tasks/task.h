// A task plugin joins a dataset, a prompt and a scorer. One file per task; each registers itself.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/sample.h"
#include "scorers/scorer.h"

namespace evotoken::tasks {

/// Where the samples of a task come from.
struct DataSource {
  using Folder =
      const std::filesystem::path&;  ///< the user's --data_dir, in any layout of spec tasks.md

  datasets::Dataset (*builtin)();            ///< the test set without a folder
  datasets::Dataset (*examples)();           ///< worked examples, never of the test set
  datasets::Dataset (*test)(Folder folder);  ///< throws DataError with the places or file and line
  /// The training set, for examples; nothing where it is absent. Null: this task has none.
  std::optional<datasets::Dataset> (*train)(Folder folder) = nullptr;
};

class Task {
 public:
  virtual ~Task() = default;

  /// Canonical name: "countdown", "gsm8k", "math500", "svamp".
  virtual std::string name() const = 0;
  /// Other accepted spellings, e.g. "math".
  virtual std::vector<std::string> aliases() const { return {}; }
  /// The published system prompt, byte for byte (spec: prompts.json).
  virtual std::string_view system_prompt() const = 0;
  virtual DataSource data_source() const = 0;
  /// The test set: from `data_dir`, or the built-in samples when that is empty. Throws DataError
  /// with file and line.
  datasets::Dataset load(const std::filesystem::path& data_dir) const;
  /// Worked examples for few-shot prompts: of the training set where `data_dir` has it, else
  /// built-in ones. Throws as load.
  datasets::Dataset load_examples(const std::filesystem::path& data_dir) const;
  /// The gold as the published code writes it into `_generations.json`.
  virtual nlohmann::ordered_json ground_truth(const datasets::Sample& sample) const = 0;
  /// The gold for the verified grader: as ground_truth, but without what the published code loses.
  virtual nlohmann::ordered_json verified_gold(const datasets::Sample& sample) const {
    return ground_truth(sample);
  }
  /// The worked answer of an example as a few-shot block shows it.
  virtual std::string example_answer(const datasets::Sample& sample) const = 0;

  /// The published grader of this task: that of scorers/registry.cc under its name. A task of
  /// another kind grades here, by the contract of scorers/scorer.h.
  virtual scorers::Grade grade_reference(std::string_view generation,
                                         const nlohmann::ordered_json& ground_truth) const;

  /// The verified grader, likewise; `gold` is ground_truth's or verified_gold's.
  virtual scorers::VerifiedGrade grade_verified(std::string_view generation,
                                                const nlohmann::ordered_json& gold) const;
};

/// Appended to the chat template's rendering; part of the prompt, not of the generation.
inline constexpr std::string_view kPrefill = "<reasoning>";

/// The user turn: system prompt, blank line, `examples` as "Question: …\nAnswer:\n…" blocks (none
/// by default), the question.
std::string user_turn(const Task& task, const datasets::Sample& sample,
                      const std::vector<datasets::Sample>& examples = {});

/// The task of that name or alias. Throws UsageError that lists the known names.
const Task& find_task(std::string_view name);

/// All registered tasks, sorted by name.
std::vector<const Task*> all_tasks();

/// Adds a task to the registry; each task file holds one `const TaskRegistration`.
struct TaskRegistration {
  explicit TaskRegistration(const Task& task);
};

}  // namespace evotoken::tasks
