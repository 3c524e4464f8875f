// Training files → what the user asks and what the model is to answer.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace evotoken::training {

struct QuestionAnswer {
  std::string user_turn;  ///< system prompt, blank line, question; empty: a bare text, no dialogue
  std::string response;   ///< what the assistant writes, without its end token
  /// Where not empty: the response in parts that are given and asked in turn, the first one given;
  /// only what is asked is learned.
  std::vector<std::string> parts;
};

/// The system prompt of the published trainer, byte for byte (EvoToken-DLM
/// train/sft_trainer_CTS.py, SYSTEM_PROMPT), for data that names no task.
inline constexpr std::string_view kTrainingSystemPrompt =
    "\nRespond in the following format:\n<reasoning>\nYour reasoning here\n</reasoning>\n"
    "<answer>\n\\\\boxed{...}\n</answer>\n";

/// "<reasoning>{reasoning}</reasoning>\n<answer>\boxed{{answer}}</answer>".
std::string worked_response(std::string_view reasoning, std::string_view answer);

/// Reads JSON lines or one JSON array; each record is recognised by its fields (spec: training.md,
/// "Data"; the rules of train/sft_trainer_CTS.py, preprocess_dataset):
///   s1K       `question`, `attempt`, `cot_type`: only "math", and only with a `\boxed{`
///   GSM8K     `question`, `answer` with "#### "
///   MATH      `problem`, `solution` with a `\boxed{`
///   ours      `question`, `reasoning`, `answer`, and optionally `task`, whose prompt is then used
///   gaps      `parts`, given and asked in turn, with `question` (and `task`) or as a bare text
///   plain     `question`, `answer`: the answer is the response as it stands
/// s1K and MATH records that the published rules drop are dropped. Throws DataError with file and
/// line for records of no known kind, and for Parquet, saying how to convert it.
std::vector<QuestionAnswer> read_training_file(const std::filesystem::path& path);

}  // namespace evotoken::training
