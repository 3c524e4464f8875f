// Golds that published files have lost, read again from the data.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "programs/score_files.h"

namespace evotoken::programs {

/// Golds of GSM8K's test set by question. The published regex knows no minus sign, so the files
/// hold null for items 489 and 1113.
using GoldsByQuestion = std::map<std::string, nlohmann::ordered_json>;

/// From `data_dir` in any layout that tasks.md names. Throws DataError where it has no GSM8K.
GoldsByQuestion read_golds(const std::filesystem::path& data_dir);

/// Grades the GSM8K items of `file` that have no gold again, by the verified grader alone; the
/// reference grader keeps what was published.
void restore_golds(const GoldsByQuestion& golds, ScoredFile& file);

}  // namespace evotoken::programs
