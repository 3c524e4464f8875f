// Speed beside accuracy, cell by cell, and which cells no other beats in both.
#pragma once

#include <string>
#include <vector>

#include "reports/accuracy_table.h"

namespace evotoken::reports {

/// What the tables of speed are called and how their figures are meant.
inline constexpr const char* kSpeedLabel =
    "speed (per worker; front: no other cell of the task with as many items is as accurate and "
    "faster, or as fast and more accurate)";

/// For each cell whether it is on the front of its task, among the cells with as many graded items:
/// accuracy by the reference grader against tokens per second to EOS. Cells that lack either are
/// not.
std::vector<bool> on_front(const std::vector<AccuracyCell>& cells);

/// A row a cell; empty where no cell has any figure. Figures that no cell has are left out.
std::string speed_text(const AccuracyTable& table);
std::string speed_markdown(const AccuracyTable& table);

}  // namespace evotoken::reports
