#include "reports/export/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "base/error.h"
#include "base/json_of.h"
#include "reports/cell_figures.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

/// Quoted where RFC 4180 asks for it. Fields that begin as a formula does stay as they are, though
/// a spreadsheet runs them (https://owasp.org/www-community/attacks/CSV_Injection): texts of items
/// keep every byte, other tools read them.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

void add_row(std::string& csv, const std::vector<std::string>& fields) {
  const char* separator = "";
  for (const std::string& text : fields) {
    csv += separator;
    csv += field(text);
    separator = ",";
  }
  csv += "\r\n";
}

template <typename Number>
std::string number(const std::optional<Number>& value) {
  return value ? fmt::format("{}", *value) : "";
}

/// An answer as text: strings as they are, everything else as JSON, null as nothing.
std::string answer_text(const Json& answer) {
  if (answer.is_null()) return "";
  return answer.is_string() ? answer.get<std::string>() : dumped_json(answer);
}

/// A column of cells_csv.
struct CellColumn {
  std::string title;
  std::function<std::string(const AccuracyCell&)> text;
};

/// Counts, fraction and interval of one grader; all empty where it did not judge every item.
void add_accuracy(const std::string& grader,
                  std::function<std::optional<Accuracy>(const AccuracyCell&)> accuracy_of,
                  std::vector<CellColumn>& columns) {
  const auto add = [&](const char* title, auto value_of) {
    columns.push_back({grader + title, [accuracy_of, value_of](const AccuracyCell& cell) {
                         const auto accuracy = accuracy_of(cell);
                         return accuracy ? number(value_of(*accuracy)) : "";
                       }});
  };
  const auto bound = [](double Interval::*which) {
    return [which](const Accuracy& a) -> std::optional<double> {
      const auto interval = a.interval_frac();
      if (!interval) return std::nullopt;
      return (*interval).*which;
    };
  };
  add("_correct", [](const Accuracy& a) { return std::optional(a.correct); });
  add("_processed", [](const Accuracy& a) { return std::optional(a.processed); });
  add("_accuracy_frac", [](const Accuracy& a) { return a.accuracy_frac(); });
  add("_wilson_low_frac", bound(&Interval::low));
  add("_wilson_high_frac", bound(&Interval::high));
}

std::vector<CellColumn> cell_columns() {
  using Cell = AccuracyCell;
  std::vector<CellColumn> columns = {
      {"task", [](const Cell& c) { return c.task; }},
      {"setup", [](const Cell& c) { return c.setup; }},
      {"directory", [](const Cell& c) { return c.directory; }},
      {"gen_length", [](const Cell& c) { return number(c.gen_length); }},
      {"steps", [](const Cell& c) { return number(c.steps); }},
      {"k_soft", [](const Cell& c) { return number(c.k_soft); }},
      {"alpha_soft_mask", [](const Cell& c) { return c.alpha_soft_mask.value_or(""); }},
      {"items", [](const Cell& c) { return fmt::format("{}", c.items); }},
      {"expected_items", [](const Cell& c) { return number(c.expected_items); }},
      {"failed", [](const Cell& c) { return fmt::format("{}", c.failed); }},
      {"no_gold", [](const Cell& c) { return fmt::format("{}", c.no_gold); }},
  };
  add_accuracy(
      "reference", [](const Cell& c) { return std::optional(c.reference); }, columns);
  add_accuracy(
      "verified", [](const Cell& c) { return c.verified; }, columns);
  for (const CellFigure& figure : cell_figures()) {
    columns.push_back(
        {figure.csv_column(), [&figure](const Cell& c) { return number(figure.value(c)); }});
  }
  return columns;
}

/// Reads rows one after the other.
class FieldReader {
 public:
  FieldReader(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  bool finished() const { return at_ >= text_.size(); }

  std::vector<std::string> row() {
    std::vector<std::string> fields;
    do {
      fields.push_back(text_.substr(at_).starts_with('"') ? quoted() : plain());
    } while (take(','));
    if (take('\r')) take('\n');
    take('\n');
    return fields;
  }

 private:
  bool take(char c) {
    if (finished() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string plain() {
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    std::string field(text_.substr(at_, end - at_));
    at_ = end;
    return field;
  }
  std::string quoted() {
    std::string field;
    ++at_;
    while (!finished()) {
      if (!take('"')) {
        field += text_[at_++];
      } else if (take('"')) {
        field += '"';
      } else {
        return field;
      }
    }
    throw DataError(
        fmt::format("{}: a quote is never closed, expected CSV as evotoken-report --items_csv "
                    "writes it; the file may be cut off",
                    where_));
  }

  std::string_view text_;
  const std::string& where_;
  std::size_t at_ = 0;
};

}  // namespace

std::string cells_csv(const AccuracyTable& table) {
  const std::vector<CellColumn> columns = cell_columns();
  std::string csv;
  std::vector<std::string> titles;
  for (const CellColumn& column : columns) titles.push_back(column.title);
  add_row(csv, titles);
  for (const AccuracyCell& cell : table.cells) {
    std::vector<std::string> row;
    for (const CellColumn& column : columns) row.push_back(column.text(cell));
    add_row(csv, row);
  }
  return csv;
}

std::string items_csv(const ReportContent& content) {
  std::string csv;
  add_row(csv, {"directory", "setup", "task", "rank", "index", "question", "prompt_input",
                "generations", "ground_truth", "reference_answer", "reference_correct",
                "verified_answer", "verified_correct", "verified_reason", "failed"});
  const auto verdict = [](bool correct) { return correct ? "true" : "false"; };
  for (std::size_t i = 0; i < content.records.size(); ++i) {
    const ResultRecord& record = content.records[i];
    const ItemText& text = content.texts[i];
    std::vector<std::string> row = {record.directory,
                                    record.setup,
                                    record.task,
                                    number(record.rank),
                                    fmt::format("{}", record.index),
                                    text.question,
                                    text.prompt,
                                    text.generation,
                                    dumped_json(text.ground_truth)};
    row.push_back(record.reference ? answer_text(record.reference->answer) : "");
    row.emplace_back(record.reference ? verdict(record.reference->correct) : "");
    row.push_back(record.verified ? answer_text(record.verified->answer) : "");
    row.emplace_back(record.verified ? verdict(record.verified->correct) : "");
    row.push_back(record.verified ? record.verified->reason : "");
    row.push_back(record.failed.value_or(""));
    add_row(csv, row);
  }
  return csv;
}

std::vector<std::vector<std::string>> parse_csv(std::string_view text, const std::string& where) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  FieldReader reader(text, where);
  std::vector<std::vector<std::string>> rows;
  while (!reader.finished()) {
    std::vector<std::string> row = reader.row();
    if (row.size() == 1 && row[0].empty()) continue;  // a blank line
    if (!rows.empty() && row.size() != rows[0].size()) {
      throw DataError(fmt::format("{}: row {} has {} fields, expected {} as in the titles; mend it",
                                  where, rows.size(), row.size(), rows[0].size()));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace evotoken::reports
