#include "reports/export/csv.h"

#include <fmt/format.h>

#include "base/error.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

/// A spreadsheet runs fields that begin so as formulas, unless they are numbers
/// (https://owasp.org/www-community/attacks/CSV_Injection). Texts of items keep every byte all the
/// same: other tools read them; a quoted field at least shows what it is.
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

std::string json_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// An answer as text: strings as they are, everything else as JSON, null as nothing.
std::string answer_text(const Json& answer) {
  if (answer.is_null()) return "";
  return answer.is_string() ? answer.get<std::string>() : json_text(answer);
}

void add_accuracy(const std::optional<Accuracy>& accuracy, std::vector<std::string>& row) {
  if (!accuracy) {
    row.insert(row.end(), 5, "");
    return;
  }
  const auto interval = accuracy->interval_frac();
  row.push_back(fmt::format("{}", accuracy->correct));
  row.push_back(fmt::format("{}", accuracy->processed));
  row.push_back(number(accuracy->accuracy_frac()));
  row.push_back(interval ? fmt::format("{}", interval->low) : "");
  row.push_back(interval ? fmt::format("{}", interval->high) : "");
}

/// Reads one field from `at`, which ends behind the separator; true at the end of the row.
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
  std::string csv;
  add_row(csv, {"task",
                "setup",
                "directory",
                "gen_length",
                "steps",
                "k_soft",
                "alpha_soft_mask",
                "items",
                "expected_items",
                "failed",
                "no_gold",
                "reference_correct",
                "reference_processed",
                "reference_accuracy_frac",
                "reference_wilson_low_frac",
                "reference_wilson_high_frac",
                "verified_correct",
                "verified_processed",
                "verified_accuracy_frac",
                "verified_wilson_low_frac",
                "verified_wilson_high_frac",
                "decode_time_s",
                "tokens_per_second_to_eos",
                "tokens_per_second",
                "nfe_mean",
                "answers_per_second",
                "tokens_per_pass",
                "latency_p50_s",
                "latency_p95_s",
                "latency_p99_s",
                "energy_j"});
  for (const AccuracyCell& cell : table.cells) {
    std::vector<std::string> row = {cell.task,
                                    cell.setup,
                                    cell.directory,
                                    number(cell.gen_length),
                                    number(cell.steps),
                                    number(cell.k_soft),
                                    cell.alpha_soft_mask.value_or(""),
                                    fmt::format("{}", cell.items),
                                    number(cell.expected_items),
                                    fmt::format("{}", cell.failed),
                                    fmt::format("{}", cell.no_gold)};
    add_accuracy(cell.reference, row);
    add_accuracy(cell.verified, row);
    for (const auto& figure :
         {cell.decode_time_s, cell.tokens_per_second_to_eos, cell.tokens_per_second, cell.nfe_mean,
          cell.answers_per_second, cell.tokens_per_pass}) {
      row.push_back(number(figure));
    }
    for (const auto which : {&Percentiles::p50, &Percentiles::p95, &Percentiles::p99}) {
      row.push_back(cell.latency_s ? number(std::optional(*cell.latency_s.*which)) : "");
    }
    row.push_back(number(cell.energy_j));
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
                                    json_text(text.ground_truth)};
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
