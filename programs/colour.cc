#include "programs/colour.h"

#include <fmt/color.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace evotoken::programs {
namespace {

/// "----  -----": what stands under the titles of a table.
bool is_rule(std::string_view line) {
  return line.starts_with("--") && line.find_first_not_of("- ") == std::string_view::npos;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

void paint_word(std::string& line, std::string_view word, const fmt::text_style& style) {
  const std::size_t at = line.find(word);
  if (at != std::string::npos) line.replace(at, word.size(), fmt::format(style, "{}", word));
}

}  // namespace

bool shows_colour(int descriptor) {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  return ::isatty(descriptor) == 1 && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
}

std::string coloured(const std::string& text) {
  std::vector<std::string> lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i + 1 < lines.size() && is_rule(lines[i + 1])) {
      lines[i] = fmt::format(fmt::emphasis::bold, "{}", lines[i]);
    } else if (is_rule(lines[i])) {
      lines[i] = fmt::format(fmt::emphasis::faint, "{}", lines[i]);
    } else {
      paint_word(lines[i], "REGRESSION", fmt::fg(fmt::terminal_color::red) | fmt::emphasis::bold);
      paint_word(lines[i], "improved", fmt::fg(fmt::terminal_color::green));
    }
  }
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

std::string for_terminal(const std::string& text, int descriptor) {
  return shows_colour(descriptor) && !text.empty() ? coloured(text) : text;
}

}  // namespace evotoken::programs
