#include "reports/cell_figures.h"

#include <fmt/format.h>

#include "reports/text_table.h"

namespace evotoken::reports {

std::optional<double> CellFigure::value(const AccuracyCell& cell) const {
  if (member != nullptr) return cell.*member;
  if (!cell.latency_s) return std::nullopt;
  return (*cell.latency_s).*percentile;
}

std::string CellFigure::text(const AccuracyCell& cell) const {
  const auto known = value(cell);
  if (!known) return kUnknown;
  return significant ? fmt::format("{:.{}g}", *known * title_units, digits)
                     : fmt::format("{:.{}f}", *known * title_units, digits);
}

std::string CellFigure::csv_column() const {
  return member != nullptr ? json_name : fmt::format("latency_{}_s", json_name);
}

const std::vector<CellFigure>& cell_figures() {
  using C = AccuracyCell;
  using P = Percentiles;
  static const std::vector<CellFigure> kFigures = {
      {"decode_time_s", "decode s", 1, &C::decode_time_s},
      {"tokens_per_second_to_eos", "tok/s to EOS", 1, &C::tokens_per_second_to_eos},
      {"tokens_per_second", "tok/s all", 1, &C::tokens_per_second},
      {"nfe_mean", "NFE", 1, &C::nfe_mean},
      {"answers_per_second", "answers/s", 3, &C::answers_per_second, nullptr, 1, true},
      {"tokens_per_pass", "tok/pass", 2, &C::tokens_per_pass},
      {"p50", "p50 ms", 0, nullptr, &P::p50, 1000},
      {"p95", "p95 ms", 0, nullptr, &P::p95, 1000},
      {"p99", "p99 ms", 0, nullptr, &P::p99, 1000},
      {"energy_j", "energy J", 1, &C::energy_j},
  };
  return kFigures;
}

}  // namespace evotoken::reports
