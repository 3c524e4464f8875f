// A run's verdicts as a small file to commit: what later runs are compared with.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "reports/comparison/outcomes.h"

namespace evotoken::reports {

/// The value of "format" by which a baseline is known.
inline constexpr const char* kBaselineFormat = "evotoken-baseline";

/// Is `value` a baseline, of whatever version?
bool is_baseline(const nlohmann::ordered_json& value);

/// {"format", "version", "written_by", "run", "cells": [{"directory", "setup", "task",
/// "gen_length", "steps", "items": [[key, prompt, reference, verified], …]}]}; verdicts are true,
/// false or null. No texts: the questions may not be ours to publish.
nlohmann::ordered_json baseline_json(const RunOutcomes& run);

/// Atomic, one line an item, so that a diff shows which items changed. Throws DeviceError.
void write_baseline(const std::filesystem::path& path, const RunOutcomes& run);

/// `where` (e.g. the path) opens the message of the DataError for anything that is no baseline of
/// this version.
RunOutcomes parse_baseline(const nlohmann::ordered_json& value, const std::string& where);

}  // namespace evotoken::reports
