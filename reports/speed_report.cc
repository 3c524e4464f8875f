#include "reports/speed_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "reports/cell_figures.h"
#include "reports/text_table.h"

namespace evotoken::reports {
namespace {

struct Point {
  double accuracy_frac = 0;
  double speed = 0;
};

std::optional<Point> point_of(const AccuracyCell& cell) {
  const auto accuracy = cell.reference.accuracy_frac();
  if (!accuracy || !cell.tokens_per_second_to_eos) return std::nullopt;
  return Point{*accuracy, *cell.tokens_per_second_to_eos};
}

bool beats(const Point& a, const Point& b) {
  return a.accuracy_frac >= b.accuracy_frac && a.speed >= b.speed &&
         (a.accuracy_frac > b.accuracy_frac || a.speed > b.speed);
}

std::vector<const CellFigure*> known_figures(const AccuracyTable& table) {
  std::vector<const CellFigure*> known;
  for (const CellFigure& figure : cell_figures()) {
    const auto has_it = [&](const AccuracyCell& cell) { return figure.value(cell).has_value(); };
    if (std::ranges::any_of(table.cells, has_it)) known.push_back(&figure);
  }
  return known;
}

TextTable speed_table(const AccuracyTable& table, const std::vector<const CellFigure*>& known) {
  std::vector<Column> columns = {
      {"task", false}, {"length"}, {"steps"}, {"directory", false}, {"reference %"}};
  for (const CellFigure* figure : known) columns.push_back({figure->title});
  columns.push_back({"front", false});
  TextTable text(std::move(columns));
  const std::vector<bool> front = on_front(table.cells);
  const auto names = directory_names(table);
  for (std::size_t i = 0; i < table.cells.size(); ++i) {
    const AccuracyCell& cell = table.cells[i];
    const auto accuracy = cell.reference.accuracy_frac();
    std::vector<std::string> row = {
        cell.task.empty() ? kUnknown : cell.task, text_of(cell.gen_length), text_of(cell.steps),
        names.at(cell.directory), accuracy ? fmt::format("{:.2f}", 100 * *accuracy) : kUnknown};
    for (const CellFigure* figure : known) row.push_back(figure->text(cell));
    row.push_back(front[i] ? "*" : "");
    text.add_row(std::move(row));
  }
  return text;
}

}  // namespace

std::vector<bool> on_front(const std::vector<AccuracyCell>& cells) {
  std::vector<bool> front;
  for (const AccuracyCell& cell : cells) {
    const auto point = point_of(cell);
    if (!point) {
      front.push_back(false);
      continue;
    }
    // Cells of other numbers of items are of other items: neither beats the other.
    const auto is_better = [&cell, own = *point](const AccuracyCell& other) {
      const bool alike =
          other.task == cell.task && other.reference.processed == cell.reference.processed;
      const auto against = alike ? point_of(other) : std::nullopt;
      return against && beats(*against, own);
    };
    front.push_back(std::ranges::none_of(cells, is_better));
  }
  return front;
}

std::string speed_text(const AccuracyTable& table) {
  const auto known = known_figures(table);
  if (known.empty()) return "";
  return fmt::format("{}\n{}", kSpeedLabel, speed_table(table, known).to_text());
}

std::string speed_markdown(const AccuracyTable& table) {
  const auto known = known_figures(table);
  if (known.empty()) return "";
  return fmt::format("## Speed\n\n{}\n\n{}", kSpeedLabel, speed_table(table, known).to_markdown());
}

}  // namespace evotoken::reports
