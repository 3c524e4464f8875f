#include "reports/accuracy_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "base/json_of.h"
#include "reports/cell_figures.h"
#include "reports/text_table.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

/// In percent with two decimals, by the published order of operations.
std::string percent_text(const Accuracy& accuracy) {
  const auto frac = accuracy.accuracy_frac();
  return frac ? fmt::format("{:.2f}", *frac * 100) : kUnknown;
}

std::string percent_text(const std::optional<double>& frac) {
  return frac ? fmt::format("{:.2f}", *frac * 100) : kUnknown;
}

/// A difference in percentage points.
std::string points_text(const std::optional<double>& frac) {
  return frac ? fmt::format("{:+.2f}", *frac * 100) : kUnknown;
}

std::string counts_text(const Accuracy& accuracy) {
  return fmt::format("{}/{}", accuracy.correct, accuracy.processed);
}

/// Wilson's interval in percent.
std::string interval_text(const Accuracy& accuracy) {
  const auto interval = accuracy.interval_frac();
  if (!interval) return kUnknown;
  return fmt::format("{:.1f}–{:.1f}", 100 * interval->low, 100 * interval->high);
}

/// A column of the cell table: how it is titled, what stands in it, whether it may be left out.
struct CellColumn {
  Column column;
  std::function<std::string(const AccuracyCell&)> text;
  bool optional = false;  ///< left out when it is unknown in every row
};

/// Task, length and steps name the setup unless two setups share them or one lacks them.
bool needs_setup_names(const AccuracyTable& table) {
  std::set<std::tuple<std::string, std::string, std::optional<std::int64_t>,
                      std::optional<std::int64_t>>>
      seen;
  for (const AccuracyCell& cell : table.cells) {
    if (!cell.gen_length || !cell.steps) return true;
    if (!seen.insert({cell.directory, cell.task, cell.gen_length, cell.steps}).second) return true;
  }
  return false;
}

std::vector<CellColumn> cell_columns(const AccuracyTable& table) {
  const auto names = directory_names(table);
  std::vector<CellColumn> columns = {
      {{"task", false}, [](const AccuracyCell& c) { return c.task.empty() ? kUnknown : c.task; }},
      {{"length"}, [](const AccuracyCell& c) { return text_of(c.gen_length); }},
      {{"steps"}, [](const AccuracyCell& c) { return text_of(c.steps); }},
      {{"directory", false}, [names](const AccuracyCell& c) { return names.at(c.directory); }},
  };
  if (needs_setup_names(table)) {
    columns.push_back({{"setup", false}, [](const AccuracyCell& c) { return c.setup; }});
  }
  std::vector<CellColumn> figures = {
      {{"reference %"}, [](const AccuracyCell& c) { return percent_text(c.reference); }},
      {{"95% interval"}, [](const AccuracyCell& c) { return interval_text(c.reference); }},
      {{"correct"}, [](const AccuracyCell& c) { return counts_text(c.reference); }},
      {{"verified %"},
       [](const AccuracyCell& c) { return c.verified ? percent_text(*c.verified) : kUnknown; }},
      {{"difference"},
       [](const AccuracyCell& c) { return points_text(c.verified_difference_frac()); },
       true},
      {{"answered %"}, [](const AccuracyCell& c) { return percent_text(c.answered_frac()); }, true},
      {{"truncated"},
       [](const AccuracyCell& c) { return c.verified ? fmt::format("{}", c.truncated) : kUnknown; },
       true},
      {{"no gold"}, [](const AccuracyCell& c) { return fmt::format("{}", c.no_gold); }, true},
      {{"failed"}, [](const AccuracyCell& c) { return fmt::format("{}", c.failed); }, true},
      {{"missing"}, [](const AccuracyCell& c) { return text_of(c.missing()); }, true},
  };
  std::move(figures.begin(), figures.end(), std::back_inserter(columns));
  const auto says_nothing = [](const std::string& text) { return text == kUnknown || text == "0"; };
  std::erase_if(columns, [&](const CellColumn& column) {
    return column.optional && std::ranges::all_of(table.cells, [&](const AccuracyCell& cell) {
             return says_nothing(column.text(cell));
           });
  });
  return columns;
}

TextTable cell_table(const AccuracyTable& table) {
  const std::vector<CellColumn> columns = cell_columns(table);
  std::vector<Column> titles;
  titles.reserve(columns.size());
  for (const CellColumn& column : columns) titles.push_back(column.column);
  TextTable text(std::move(titles));
  for (const AccuracyCell& cell : table.cells) {
    std::vector<std::string> row;
    row.reserve(columns.size());
    for (const CellColumn& column : columns) row.push_back(column.text(cell));
    text.add_row(std::move(row));
  }
  return text;
}

/// Whether a maximum was chosen among several settings; that of one is the setting's own row.
bool chooses(const AccuracyTable& table) {
  return std::ranges::any_of(table.best,
                             [](const BestOverAlpha& best) { return best.directories > 1; });
}

/// Whether the maximum can be checked in any row.
bool has_selection(const AccuracyTable& table) { return !selection_note(table).empty(); }

std::string held_out_text(const std::optional<SelectionEstimate>& selection) {
  if (!selection) return kUnknown;
  return fmt::format("{:.2f} ± {:.2f}", 100 * selection->held_out_frac,
                     100 * selection->held_out_deviation_frac);
}

std::string bias_text(const std::optional<SelectionEstimate>& selection) {
  // + 0.0 makes a zero of −0; what rounds to it is one as well.
  return selection ? fmt::format("{:+.2f}", std::round(1e4 * selection->bias_frac()) / 100 + 0.0)
                   : kUnknown;
}

TextTable best_table(const AccuracyTable& table) {
  std::vector<Column> columns = {
      {"setup", false}, {"base", false}, {"reference %"}, {"95% interval"},  {"correct"},
      {"verified %"},   {"k"},           {"alpha"},       {"of directories"}};
  const bool checked = has_selection(table);
  if (checked) {
    columns.push_back({"held-out %"});
    columns.push_back({"bias"});
  }
  TextTable text(std::move(columns));
  for (const BestOverAlpha& best : table.best) {
    std::vector<std::string> row = {best.setup,
                                    best.family,
                                    percent_text(best.reference),
                                    interval_text(best.reference),
                                    counts_text(best.reference),
                                    best.verified ? percent_text(*best.verified) : kUnknown,
                                    fmt::format("{}", best.k_soft),
                                    best.alpha_soft_mask,
                                    fmt::format("{}", best.directories)};
    if (checked) {
      row.push_back(held_out_text(best.selection));
      row.push_back(bias_text(best.selection));
    }
    text.add_row(std::move(row));
  }
  return text;
}

/// "70.12 ± 0.40" in percent.
std::string spread_text(const MeanAndDeviation& frac) {
  return fmt::format("{:.2f} ± {:.2f}", 100 * frac.mean, 100 * frac.deviation.value_or(0));
}

TextTable seeds_table(const AccuracyTable& table) {
  TextTable text({{"setup", false},
                  {"directory", false},
                  {"reference %"},
                  {"verified %"},
                  {"runs"},
                  {"seeds", false}});
  for (const OverSeeds& group : table.seeds) {
    text.add_row({group.setup, group.directory, spread_text(group.reference_frac),
                  group.verified_frac ? spread_text(*group.verified_frac) : kUnknown,
                  fmt::format("{}", group.seeds.size()),
                  fmt::format("{}", fmt::join(group.seeds, ", "))});
  }
  return text;
}

/// What the table of seeds is called.
constexpr const char* kSeedsLabel = "over seeds (mean ± standard deviation between runs)";

Json accuracy_json(const Accuracy& accuracy) {
  const auto interval = accuracy.interval_frac();
  return {{"correct", accuracy.correct},
          {"processed", accuracy.processed},
          {"accuracy_frac", json_of(accuracy.accuracy_frac())},
          {"wilson_95_frac", interval ? Json({interval->low, interval->high}) : Json(nullptr)}};
}

Json selection_json(const std::optional<SelectionEstimate>& selection) {
  if (!selection) return nullptr;
  return {{"held_out_frac", selection->held_out_frac},
          {"held_out_deviation_frac", selection->held_out_deviation_frac},
          {"chosen_half_frac", selection->chosen_half_frac},
          {"bias_frac", selection->bias_frac()},
          {"splits", selection->splits},
          {"chosen_share", selection->chosen_share}};
}

/// Adds the figures of cell_figures.h; those of an unknown latency are null together.
void add_figures(const AccuracyCell& cell, Json& json) {
  for (const CellFigure& figure : cell_figures()) {
    if (figure.member != nullptr) {
      json[figure.json_name] = json_of(figure.value(cell));
    } else if (!cell.latency_s) {
      json["latency_s"] = nullptr;
    } else {
      json["latency_s"][figure.json_name] = *figure.value(cell);
    }
  }
}

Json spread_json(const MeanAndDeviation& frac) {
  return {
      {"mean_frac", frac.mean}, {"deviation_frac", json_of(frac.deviation)}, {"runs", frac.count}};
}

}  // namespace

std::string selection_note(const AccuracyTable& table) {
  const auto checked = std::ranges::find_if(
      table.best, [](const BestOverAlpha& best) { return best.selection.has_value(); });
  if (checked == table.best.end()) return "";
  return fmt::format(
      "held-out: alpha chosen on one half of the items and reported on the other, mean and "
      "standard deviation over {} seeded splits, each both ways; bias: what choosing adds on the "
      "half that chose",
      checked->selection->splits);
}

std::string accuracy_text(const AccuracyTable& table) {
  if (table.cells.empty()) return "no graded results\n";
  std::string text = cell_table(table).to_text();
  if (chooses(table)) {
    text += fmt::format("\n{}\n{}", kBestLabel, best_table(table).to_text());
    if (has_selection(table)) text += selection_note(table) + "\n";
  }
  if (!table.seeds.empty()) {
    text += fmt::format("\n{}\n{}", kSeedsLabel, seeds_table(table).to_text());
  }
  return text;
}

std::string accuracy_markdown(const AccuracyTable& table) {
  if (table.cells.empty()) return "No graded results.\n";
  std::string text = "## Accuracy\n\n" + cell_table(table).to_markdown();
  if (!table.best.empty()) {
    text += fmt::format("\n## {}\n\n{}", kBestLabel, best_table(table).to_markdown());
    if (has_selection(table)) text += fmt::format("\n{}\n", selection_note(table));
  }
  if (!table.seeds.empty()) {
    text += fmt::format("\n## {}\n\n{}", kSeedsLabel, seeds_table(table).to_markdown());
  }
  return text;
}

Json cell_json(const AccuracyCell& cell) {
  Json json = {{"directory", cell.directory},
               {"setup", cell.setup},
               {"task", cell.task.empty() ? Json(nullptr) : Json(cell.task)},
               {"gen_length", json_of(cell.gen_length)},
               {"steps", json_of(cell.steps)},
               {"family", cell.family},
               {"k_soft", json_of(cell.k_soft)},
               {"alpha_soft_mask", json_of(cell.alpha_soft_mask)},
               {"items", cell.items},
               {"distinct_items", cell.distinct_items},
               {"expected_items", json_of(cell.expected_items)},
               {"missing", json_of(cell.missing())},
               {"failed", cell.failed},
               {"no_gold", cell.no_gold},
               {"reference", accuracy_json(cell.reference)},
               {"verified", cell.verified ? accuracy_json(*cell.verified) : Json(nullptr)},
               {"verified_difference_frac", json_of(cell.verified_difference_frac())},
               {"answered_frac", json_of(cell.answered_frac())},
               {"no_answer", cell.verified ? Json(cell.no_answer) : Json(nullptr)},
               {"truncated", cell.verified ? Json(cell.truncated) : Json(nullptr)}};
  add_figures(cell, json);
  return json;
}

Json summary_json(const AccuracyTable& table) {
  Json cells = Json::array();
  for (const AccuracyCell& cell : table.cells) cells.push_back(cell_json(cell));
  return cells;
}

Json best_json(const AccuracyTable& table) {
  Json rows = Json::array();
  for (const BestOverAlpha& best : table.best) {
    rows.push_back({{"label", kBestLabel},
                    {"setup", best.setup},
                    {"task", best.task},
                    {"gen_length", json_of(best.gen_length)},
                    {"steps", json_of(best.steps)},
                    {"family", best.family},
                    {"reference", accuracy_json(best.reference)},
                    {"verified", best.verified ? accuracy_json(*best.verified) : Json(nullptr)},
                    {"directory", best.directory},
                    {"k_soft", best.k_soft},
                    {"alpha_soft_mask", best.alpha_soft_mask},
                    {"directories", best.directories},
                    {"selection", selection_json(best.selection)}});
  }
  return rows;
}

Json seeds_json(const AccuracyTable& table) {
  Json rows = Json::array();
  for (const OverSeeds& group : table.seeds) {
    rows.push_back(
        {{"setup", group.setup},
         {"task", group.task},
         {"directory", group.directory},
         {"seeds", group.seeds},
         {"reference", spread_json(group.reference_frac)},
         {"verified", group.verified_frac ? spread_json(*group.verified_frac) : Json(nullptr)}});
  }
  return rows;
}

}  // namespace evotoken::reports
