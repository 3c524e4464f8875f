// One cell of a run: prompts, decoding, grading, files.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "engine/decoding/generate.h"
#include "programs/eval_flags.h"
#include "programs/eval_plan.h"
#include "programs/model_flags.h"
#include "reports/generations_file.h"
#include "reports/result_record.h"

namespace evotoken::programs {

/// The prompt of a sample: chat template around the user turn, then the prefill.
std::string render_prompt(const TaskPlan& plan, const datasets::Sample& sample,
                          const tokenizer::Tokenizer& tokenizer);

/// What all cells of a run share. The references outlive the run.
struct RunContext {
  const LoadedModel& loaded;
  const EvalFlags& flags;
  const std::atomic<bool>& interrupted;  ///< set: samples in flight are finished, no new ones begun
  Progress& progress;                    ///< advanced by one for each sample
};

/// A cell as it ended.
struct CellResult {
  std::vector<reports::ResultRecord> records;  ///< of the samples that were decoded, in file order
};

/// Decodes and grades the cell's samples. Each finished sample is at once a line of the journal; at
/// the end `_generations.json` is written, atomically, in file order. A sample that fails is
/// counted, named in the journal, and has an empty generation. Throws DeviceError when the files
/// cannot be written.
CellResult run_cell(const Cell& cell, const TaskPlan& plan, const RunContext& context);

}  // namespace evotoken::programs
