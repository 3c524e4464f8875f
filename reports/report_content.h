// What a report shows: records with their texts, and what is known of the runs that made them.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reports/accuracy_table.h"
#include "reports/audit.h"
#include "reports/export/lm_eval_results.h"
#include "reports/loss_curve.h"
#include "reports/result_record.h"

namespace evotoken::reports {

/// What belongs to a record and is for reading. Empty where not known.
struct ItemText {
  std::string question;
  std::string prompt;
  std::string generation;
  nlohmann::ordered_json ground_truth;
  std::string subject;                               ///< MATH500
  std::string level;                                 ///< MATH500, "1" to "5"
  std::optional<std::size_t> number = std::nullopt;  ///< in its test set, from 0: --samples' number
};

/// The denoising of one sample, from a file that `--trace` wrote (engine/decoding/trace.h).
struct TracedSample {
  std::string label;                           ///< for people
  std::vector<nlohmann::ordered_json> steps;   ///< a step a line, as they stand in the file
  std::map<std::int64_t, std::string> tokens;  ///< text by token id; empty without a tokenizer
  /// The record that it belongs to, where the file's name says so.
  std::optional<std::size_t> record;
};

/// A results.json that lay beside the results.
struct RunFile {
  std::string directory;
  nlohmann::ordered_json results;
};

struct ReportContent {
  std::string title;
  std::vector<ResultRecord> records;
  std::vector<ItemText> texts;  ///< one for each record
  AccuracyTable table;
  Audit audit;
  std::vector<RunFile> runs;
  std::vector<TracedSample> traces;
  std::vector<LossCurve> losses;      ///< of training runs
  std::vector<LmEvalFigure> lm_eval;  ///< what lm-eval's own results beside its samples say
};

}  // namespace evotoken::reports
