// What evotoken-report is given: results with their texts, and what lies beside them.
#pragma once

#include <string>
#include <vector>

#include "reports/report_content.h"

namespace evotoken::programs {

struct ReportInputs {
  std::vector<std::string> paths;   ///< as evotoken-score takes them
  std::string task;                 ///< as score_paths takes it
  std::string data_dir;             ///< where MATH500's levels and subjects are; may be empty
  std::string model_path;           ///< whose tokenizer names the traces' tokens; may be empty
  std::vector<std::string> losses;  ///< loss.jsonl files of training runs
  std::vector<std::string> traces;  ///< files of `--trace`, besides those beside the results
  std::string title;
};

/// Grades and gathers everything. A results.json beside the results tells the provenance and, where
/// the flags above are empty, the data folder and the model. Throws DataError when there is nothing
/// to show, or a trace cannot be read; results that cannot be read are findings of the audit.
reports::ReportContent gather_report(const ReportInputs& inputs);

}  // namespace evotoken::programs
