#include "programs/live_view.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace evotoken::programs {
namespace {

constexpr const char* kPlain = "\033[0m";
constexpr const char* kBold = "\033[1m";
constexpr const char* kDim = "\033[2m";
constexpr const char* kInverse = "\033[7m";

constexpr std::size_t kLinesAround = 3;  // the line of counts, the cursor's, and one to spare

struct ScreenSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};

ScreenSize screen_size() {
  struct winsize size {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20 || size.ws_row < 8)
    return {};
  return {size.ws_col, size.ws_row};
}

/// Characters on the screen, close enough for Latin text: bytes that do not continue another.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string visible(std::string text) {
  std::string shown;
  for (const char c : text) {
    if (c == '\n') {
      shown += "⏎";
    } else {
      shown += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return shown;
}

bool contains(const std::vector<std::int64_t>& positions, std::int64_t position) {
  return std::find(positions.begin(), positions.end(), position) != positions.end();
}

}  // namespace

std::string LiveView::piece(const decoding::StepView& view, std::int64_t position) const {
  const decoding::SequenceState& state = view.state;
  if (!state.is_masked(position)) {
    const TokenId token = state.tokens[decoding::SequenceState::at(position)];
    return visible(tokenizer_.decode_output(std::vector{token}));
  }
  if (state.soft.absent()) return "·";
  const auto most_probable = static_cast<std::size_t>(position * state.soft.per_position);
  return visible(tokenizer_.decode_output(std::vector{state.soft.ids[most_probable]}));
}

std::vector<LiveView::Line> LiveView::break_lines(const decoding::StepView& view,
                                                  std::size_t columns) const {
  const decoding::SequenceState& state = view.state;
  std::vector<Line> lines = {{state.prompt_length, ""}};
  std::size_t column = 0;
  for (std::int64_t p = state.prompt_length; p < state.length(); ++p) {
    const std::string text = piece(view, p);
    if (column + width_of(text) > columns) {
      lines.push_back({p, ""});
      column = 0;
    }
    const char* style = state.is_masked(p)                 ? kDim
                        : contains(view.change.revised, p) ? kInverse
                        : p >= view.block_begin            ? kBold
                                                           : kPlain;
    lines.back().text += fmt::format("{}{}{}", style, text, kPlain);
    column += width_of(text);
  }
  return lines;
}

void LiveView::on_step(const decoding::StepView& view) {
  const decoding::SequenceState& state = view.state;
  const ScreenSize size = screen_size();
  std::string screen = fmt::format(
      "\r\033[Kpass {:>4}  {} of {} positions decoded, {} revised\n\033[K", view.step + 1,
      state.length() - state.prompt_length -
          std::count(state.tokens.begin() + state.prompt_length, state.tokens.end(), state.mask_id),
      state.length() - state.prompt_length,
      state.revised_tokens + static_cast<std::int64_t>(view.change.revised.size()));
  if (lines_drawn_ > 0) screen.insert(0, fmt::format("\033[{}A", lines_drawn_));
  // Where the text is taller than the screen, the lines up to the end of the current block are
  // shown.
  const std::vector<Line> lines = break_lines(view, size.columns);
  std::size_t last = 0;
  while (last + 1 < lines.size() && lines[last + 1].first_position < state.block_end()) ++last;
  last = std::max(last, std::min(lines.size(), size.rows - kLinesAround) - 1);
  const std::size_t first = last + 1 - std::min(last + 1, size.rows - kLinesAround);
  for (std::size_t i = first; i <= last; ++i) screen += lines[i].text + "\n\033[K";
  screen += "\033[J";
  lines_drawn_ = last - first + 2;
  std::fputs(screen.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace evotoken::programs
