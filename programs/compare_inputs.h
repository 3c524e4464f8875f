// What evotoken-compare is given: result folders, single files, or a committed baseline.
#pragma once

#include <string>

#include "reports/comparison/outcomes.h"

namespace evotoken::programs {

/// The verdicts of one side. `path` is a folder of results (searched at any depth), a results.json
/// (its folder), a single `*_generations.json`, `samples_*.jsonl` or JSON-lines file, or a
/// baseline. Generations are graded now, by this build's graders. `task` as in score_paths. Throws
/// DataError when nothing is there, or something cannot be read: what is half read is not compared.
reports::RunOutcomes load_outcomes(const std::string& path, const std::string& task);

}  // namespace evotoken::programs
