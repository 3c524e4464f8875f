#include "reports/text_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace evotoken::reports {
namespace {

/// Code points of UTF-8 text, which is what a terminal shows for the signs used here.
std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

std::string padded(const std::string& text, std::size_t width, bool align_right) {
  const std::string blanks(width - std::min(width, display_width(text)), ' ');
  return align_right ? blanks + text : text + blanks;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

}  // namespace

void TextTable::add_row(std::vector<std::string> texts) {
  texts.resize(columns_.size());
  rows_.push_back(std::move(texts));
}

std::string TextTable::to_text() const {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t width = display_width(columns_[c].title);
    for (const auto& row : rows_) width = std::max(width, display_width(row[c]));
    widths.push_back(width);
  }
  std::string out;
  const auto add_line = [&](const auto& text_of) {
    std::string line;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (c > 0) line += "  ";
      line += padded(text_of(c), widths[c], columns_[c].align_right);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  };
  add_line([&](std::size_t c) { return columns_[c].title; });
  add_line([&](std::size_t c) { return std::string(widths[c], '-'); });
  for (const auto& row : rows_) {
    add_line([&](std::size_t c) { return row[c]; });
  }
  return out;
}

std::string TextTable::to_markdown() const {
  std::string titles = "|";
  std::string rule = "|";
  for (const Column& column : columns_) {
    titles += fmt::format(" {} |", escaped(column.title));
    rule += column.align_right ? " ---: |" : " --- |";
  }
  std::string out = titles + "\n" + rule + "\n";
  for (const auto& row : rows_) {
    out += "|";
    for (const std::string& text : row) out += fmt::format(" {} |", escaped(text));
    out += "\n";
  }
  return out;
}

}  // namespace evotoken::reports
