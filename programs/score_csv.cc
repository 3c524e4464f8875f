#include "programs/score_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "reports/export/csv.h"

namespace evotoken::programs {
namespace {

using Json = nlohmann::ordered_json;

std::optional<std::size_t> column(const std::vector<std::string>& titles, const char* name) {
  const auto found = std::find(titles.begin(), titles.end(), name);
  if (found == titles.end()) return std::nullopt;
  return static_cast<std::size_t>(found - titles.begin());
}

std::size_t needed_column(const std::vector<std::string>& titles, const char* name,
                          const std::string& where) {
  if (const auto found = column(titles, name)) return *found;
  throw DataError(
      fmt::format("{}: column \"{}\" missing (found: {}), expected it in the first row; "
                  "add it",
                  where, name, join_names(titles)));
}

/// JSON where it is some; a bare text (a MATH answer in a table made by hand) is a string.
Json gold_of(const std::string& text) {
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return value.is_discarded() ? Json(text) : value;
}

}  // namespace

std::vector<CsvItem> read_items_csv(std::string_view text, const std::string& where,
                                    const std::string& default_task) {
  const auto rows = reports::parse_csv(text, where);
  if (rows.empty()) {
    throw DataError(
        fmt::format("{}: is empty, expected a row of titles; give another file", where));
  }
  const std::size_t generations = needed_column(rows[0], "generations", where);
  const std::size_t ground_truth = needed_column(rows[0], "ground_truth", where);
  const auto optional_text = [&](const std::vector<std::string>& row, const char* name) {
    const auto place = column(rows[0], name);
    return place ? row[*place] : std::string();
  };
  std::vector<CsvItem> items;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    CsvItem one;
    one.directory = optional_text(rows[i], "directory");
    one.setup = optional_text(rows[i], "setup");
    ScoreItem& item = one.item;
    item.question = optional_text(rows[i], "question");
    item.prompt = optional_text(rows[i], "prompt_input");
    item.generation = rows[i][generations];
    item.ground_truth = gold_of(rows[i][ground_truth]);
    const std::string task = optional_text(rows[i], "task");
    try {
      item.task = task.empty() ? default_task : canonical_task(task);
      if (item.task.empty()) item.fault = "task unknown, expected one; name it with --task";
    } catch (const Error& unknown) {
      item.fault = unknown.what();
    }
    items.push_back(std::move(one));
  }
  return items;
}

}  // namespace evotoken::programs
