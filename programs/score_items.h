// What evotoken-score grades: one generation with its gold, from whichever file format.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "reports/result_record.h"

namespace evotoken::programs {

/// A generation to be graded. `fault` says why it cannot be; the rest is then what could be read.
struct ScoreItem {
  std::string task;  ///< canonical
  std::string generation;
  nlohmann::ordered_json ground_truth;  ///< as the published files hold it
  std::string question;                 ///< may be empty, so may the prompt
  std::string prompt;
  std::optional<std::string> fault;
};

/// The canonical name of a task or one of its aliases. Throws UsageError that lists the known ones.
std::string canonical_task(std::string_view name);

/// "countdown, gsm8k, math500 or svamp", for help.
std::string known_tasks();

/// One line of a JSON-lines file: `{"task":…,"generations":…,"ground_truth":…}`, where "question"
/// and "prompt_input" may stand beside. `default_task` (canonical, may be empty) is for lines that
/// name none; `where` (e.g. "a.jsonl:17") opens the message of a line that is no JSON. Never
/// throws: a line that is no such object is an item with a fault.
ScoreItem parse_json_line(std::string_view line, const std::string& where,
                          const std::string& default_task);

/// Grades by the reference and the verified grader. Never throws: what goes wrong stands in the
/// record's `failed`. Fills the grades, task, identity and gold of the record; its place is for the
/// caller.
reports::ResultRecord grade_item(const ScoreItem& item);

}  // namespace evotoken::programs
