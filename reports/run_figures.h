// Speed figures for tables that were made of generations: those are known to results.json alone.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "reports/accuracy_table.h"
#include "reports/report_content.h"

namespace evotoken::reports {

/// What a results.json says of a cell, of its last run or an earlier one; null where none does.
const nlohmann::ordered_json* cell_of_run(const std::vector<RunFile>& runs,
                                          const AccuracyCell& cell);

/// Fills in the figures that `table` lacks; values of another type than a number are left out.
void add_figures_of_runs(const std::vector<RunFile>& runs, AccuracyTable& table);

}  // namespace evotoken::reports
