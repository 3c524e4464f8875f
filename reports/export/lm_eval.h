// Results in lm-evaluation-harness' files, for tools that read those.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "reports/report_content.h"

namespace evotoken::reports {

/// A file to be written, relative to the export's folder.
struct ExportedFile {
  std::filesystem::path path;
  std::string content;
};

/// For each folder of results, as lm-eval has it for each model: `{folder}/results_{time}.json` and
/// `{folder}/samples_{setup}_{time}.jsonl`. A setup is a task; "exact_match" stands under the
/// filters "reference" and, where every item has it, "verified", with lm-eval's standard error
/// (sample deviation / √n). Samples without a grade are left out, and counted in "n-samples".
/// Layout: lm_eval 0.4.13, result_schema.py and loggers/evaluation_tracker.py. Deviation: the
/// hashes of samples are XXH3-128 where lm-eval has SHA-256.
std::vector<ExportedFile> lm_eval_files(const ReportContent& content,
                                        std::chrono::system_clock::time_point time);

}  // namespace evotoken::reports
