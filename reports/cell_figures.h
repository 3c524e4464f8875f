// The speed figures of a cell, told once: their JSON fields, CSV columns and the columns of tables
// all come from here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/accuracy_table.h"

namespace evotoken::reports {

/// A figure of a cell and how it is written: one of its fields, or a percentile of its latency.
struct CellFigure {
  const char* json_name;  ///< of a percentile: within "latency_s"
  const char* title;      ///< over its column, with the unit
  int digits = 1;         ///< behind the point; in all, where `significant`
  std::optional<double> AccuracyCell::*member = nullptr;
  double Percentiles::*percentile = nullptr;  ///< where there is no member
  double title_units = 1;                     ///< the title's unit in the field's, 1000 for ms in s
  bool significant = false;                   ///< few digits in all: values of any size

  std::optional<double> value(const AccuracyCell& cell) const;
  /// In the title's unit; "–" where it is not known.
  std::string text(const AccuracyCell& cell) const;
  /// "latency_p50_s" for a percentile, else as in JSON.
  std::string csv_column() const;
};

/// In the order of the files; a new figure is a line here and a member of AccuracyCell.
const std::vector<CellFigure>& cell_figures();

}  // namespace evotoken::reports
