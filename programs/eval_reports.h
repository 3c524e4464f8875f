// What a run writes and says at its end: provenance, results.json, the tables.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "programs/eval_flags.h"
#include "programs/eval_plan.h"
#include "programs/eval_run.h"
#include "programs/model_flags.h"
#include "reports/accuracy_table.h"
#include "reports/results_json.h"

namespace evotoken::programs {

/// What is known before the first sample: command line, flags, hashes, device, load time.
reports::RunProvenance make_provenance(const EvalFlags& flags, const EvalPlan& plan,
                                       const LoadedModel& loaded, int argc,
                                       const char* const* argv);

/// Fills in what is known only while or after samples are decoded: warm-up, time, memory, energy.
void add_figures(const EvalRun& eval, const LoadedModel& loaded, reports::RunProvenance& run);

/// The table over all records so far, and a results.json in every folder that it mentions. Throws
/// DeviceError when one cannot be written.
reports::AccuracyTable write_reports(const std::vector<reports::ResultRecord>& records,
                                     const EvalPlan& plan, const reports::RunProvenance& run);

/// "load 0.52 s, warm-up 0.01 s, samples 12.30 s by 2 workers, peak memory 0.21 GB" of this run
/// alone, as a line; what is not known is not in it.
std::string figures_text(const reports::RunProvenance& run);

/// Accuracy, speed, and what the run took, for people.
std::string report_text(const reports::AccuracyTable& table, const EvalPlan& plan,
                        const LoadedModel& loaded, const reports::RunProvenance& run,
                        bool interrupted);

}  // namespace evotoken::programs
