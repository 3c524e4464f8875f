#include "reports/speed_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <utility>

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

/// A figure of a cell and how it is written.
struct Figure {
  const char* title;
  std::function<std::optional<double>(const AccuracyCell&)> value;
  const char* format;
};

const std::vector<Figure>& figures() {
  const auto latency_ms = [](double Percentiles::*which) {
    return [which](const AccuracyCell& cell) -> std::optional<double> {
      if (!cell.latency_s) return std::nullopt;
      return 1000 * ((*cell.latency_s).*which);
    };
  };
  static const std::vector<Figure> kFigures = {
      {"tok/s to EOS", [](const AccuracyCell& c) { return c.tokens_per_second_to_eos; }, "{:.1f}"},
      {"tok/s all", [](const AccuracyCell& c) { return c.tokens_per_second; }, "{:.1f}"},
      {"answers/s", [](const AccuracyCell& c) { return c.answers_per_second; }, "{:.3g}"},
      {"NFE", [](const AccuracyCell& c) { return c.nfe_mean; }, "{:.1f}"},
      {"tok/pass", [](const AccuracyCell& c) { return c.tokens_per_pass; }, "{:.2f}"},
      {"p50 ms", latency_ms(&Percentiles::p50), "{:.0f}"},
      {"p95 ms", latency_ms(&Percentiles::p95), "{:.0f}"},
      {"p99 ms", latency_ms(&Percentiles::p99), "{:.0f}"},
      {"decode s", [](const AccuracyCell& c) { return c.decode_time_s; }, "{:.1f}"},
      {"energy J", [](const AccuracyCell& c) { return c.energy_j; }, "{:.1f}"},
  };
  return kFigures;
}

std::string text_of(const Figure& figure, const AccuracyCell& cell) {
  const auto value = figure.value(cell);
  return value ? fmt::format(fmt::runtime(figure.format), *value) : kUnknown;
}

template <typename Value>
std::string text_of(const std::optional<Value>& value) {
  return value ? fmt::format("{}", *value) : kUnknown;
}

std::vector<const Figure*> known_figures(const AccuracyTable& table) {
  std::vector<const Figure*> known;
  for (const Figure& figure : figures()) {
    const auto has_it = [&](const AccuracyCell& cell) { return figure.value(cell).has_value(); };
    if (std::ranges::any_of(table.cells, has_it)) known.push_back(&figure);
  }
  return known;
}

TextTable speed_table(const AccuracyTable& table, const std::vector<const Figure*>& known) {
  std::vector<Column> columns = {
      {"task", false}, {"length"}, {"steps"}, {"directory", false}, {"reference %"}};
  for (const Figure* figure : known) columns.push_back({figure->title});
  columns.push_back({"front", false});
  TextTable text(std::move(columns));
  const std::vector<bool> front = on_front(table.cells);
  for (std::size_t i = 0; i < table.cells.size(); ++i) {
    const AccuracyCell& cell = table.cells[i];
    const auto accuracy = cell.reference.accuracy_frac();
    std::vector<std::string> row = {cell.task.empty() ? kUnknown : cell.task,
                                    text_of(cell.gen_length), text_of(cell.steps),
                                    std::filesystem::path(cell.directory).filename().string(),
                                    accuracy ? fmt::format("{:.2f}", 100 * *accuracy) : kUnknown};
    for (const Figure* figure : known) row.push_back(text_of(*figure, cell));
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
    const auto is_better = [&task = cell.task, own = *point](const AccuracyCell& other) {
      const auto against = other.task == task ? point_of(other) : std::nullopt;
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
