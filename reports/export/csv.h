// Comma-separated values for spreadsheets and data frames (RFC 4180).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/report_content.h"

namespace evotoken::reports {

/// A row a cell: setup, folder, counts, accuracies with their Wilson intervals as fractions,
/// figures. What is unknown is an empty field.
std::string cells_csv(const AccuracyTable& table);

/// A row an item, with its texts and both grades. evotoken-score reads such a file again: the
/// columns task, generations and ground_truth (JSON) are those that it needs.
std::string items_csv(const ReportContent& content);

/// The rows of `text`, the titles first. Fields may be quoted and then hold commas, quotes
/// (doubled) and ends of lines; a byte order mark is skipped. Throws DataError that opens with
/// `where` for a quote that never ends or a row of another length than the titles.
std::vector<std::vector<std::string>> parse_csv(std::string_view text, const std::string& where);

}  // namespace evotoken::reports
