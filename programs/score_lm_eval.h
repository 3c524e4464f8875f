// lm-evaluation-harness' `samples_<task>_<time>.jsonl`, one logged sample a line.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "programs/line_blocks.h"
#include "programs/score_items.h"

namespace evotoken::programs {

/// Has `line` the fields that lm-eval logs ("doc" with "resps" or "filtered_resps")?
bool is_lm_eval_sample(const nlohmann::ordered_json& line);

/// The answer filter that made this line, e.g. "strict-match"; empty where none is named. A run
/// with several filters logs each sample once per filter, with the same response.
std::string lm_eval_filter(const nlohmann::ordered_json& line);

/// lm-eval logs a sample once per answer filter; only the lines of a file's first filter count.
class SampleFilter {
 public:
  /// To be told of every block of the file in its order, before `skips` is asked of its lines.
  void learn(const LineBlock& block);
  bool skips(std::string_view line) const;

 private:
  std::optional<std::string> first_;
};

/// The task that the name of a samples file means by the published rule
/// ("samples_gsm8k_cot_….jsonl" is GSM8K), empty when it means none.
std::string lm_eval_task(const std::string& filename);

/// The setup that a samples file stands for: its name without "samples_", the time and ".jsonl".
std::string lm_eval_setup(const std::string& filename);

/// Fills `item`, whose task is set: the first raw response (else the first filtered one), the gold
/// of the task's own data in "doc" (GSM8K: the number after `####` of "answer" by the published
/// rule) or else "target", question and prompt. Throws DataError with the reason alone.
void read_lm_eval_sample(const nlohmann::ordered_json& line, ScoreItem& item);

}  // namespace evotoken::programs
