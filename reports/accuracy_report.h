// The accuracy table as text, Markdown and JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "reports/accuracy_table.h"

namespace evotoken::reports {

/// What the maximum is called wherever it stands.
inline constexpr const char* kBestLabel =
    "max over alpha (as published; selection on the test set)";

/// What is said of the maximum where it can be checked; empty where it cannot in any row.
std::string selection_note(const AccuracyTable& table);

/// For a terminal: every cell with its Wilson interval, then the maximum over α where EvoToken's
/// folders are there, then mean and deviation where there are several seeds. Figures that are not
/// known stand as "–"; columns that no row needs (setup names that only repeat task,
/// length and steps; figures unknown in all rows) are left out, the verified column never.
std::string accuracy_text(const AccuracyTable& table);

/// The same as Markdown, with a heading per table.
std::string accuracy_markdown(const AccuracyTable& table);

/// One cell with all of its fields; what is unknown is null.
nlohmann::ordered_json cell_json(const AccuracyCell& cell);

/// The cells as an array.
nlohmann::ordered_json summary_json(const AccuracyTable& table);

/// The maxima as an array.
nlohmann::ordered_json best_json(const AccuracyTable& table);

/// The setups that were run with several seeds, as an array.
nlohmann::ordered_json seeds_json(const AccuracyTable& table);

}  // namespace evotoken::reports
