// Tables for people: aligned for terminals, or Markdown.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

namespace evotoken::reports {

/// Stands where a figure is not known.
inline constexpr const char* kUnknown = "–";

/// The value as it is, or kUnknown.
template <typename Value>
std::string text_of(const std::optional<Value>& value) {
  return value ? fmt::format("{}", *value) : kUnknown;
}

struct Column {
  std::string title;
  bool align_right = true;  ///< figures; names stand left
};

/// Rows of text under titled columns. Every row has a text for each column.
class TextTable {
 public:
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add_row(std::vector<std::string> texts);
  bool empty() const { return rows_.empty(); }

  /// Columns two blanks apart under a rule, no trailing blanks, each line with its end.
  std::string to_text() const;
  /// A GitHub Markdown table; `|` in a text is escaped.
  std::string to_markdown() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace evotoken::reports
