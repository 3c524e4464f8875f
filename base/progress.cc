#include "base/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/note.h"

namespace evotoken {
namespace {

constexpr std::chrono::seconds kQuietTime{2};
constexpr std::chrono::milliseconds kRedrawInterval{100};
constexpr std::chrono::seconds kLineInterval{10};
constexpr std::size_t kBarWidth = 24;
constexpr std::size_t kShortestBar = 6;

std::size_t terminal_columns() {
  struct winsize size {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
  return size.ws_col;
}

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

/// The first `count` characters of UTF-8 text.
std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (begins_character(text[at]) && count-- == 0) break;
  }
  return text.substr(0, at);
}

/// `text`, cut so that the last of `columns` stays free.
std::string fitted(const std::string& text, std::size_t columns) {
  if (characters(text) < columns) return text;
  return fmt::format("{}…", first_characters(text, columns - 2));
}

}  // namespace

std::string progress_bar(std::string_view label, double fraction, std::string_view line,
                         std::size_t columns) {
  const std::string percent = fmt::format("{:3.0f}%", 100 * fraction);
  // "label [bar] 100%  line": six more characters, and the last column stays free.
  const std::size_t taken = characters(label) + percent.size() + characters(line) + 7;
  const std::size_t width =
      std::clamp(columns > taken ? columns - taken : 0, kShortestBar, kBarWidth);
  const auto filled = static_cast<std::size_t>(std::lround(fraction * static_cast<double>(width)));
  std::string whole = fmt::format("{} [{}{}] {}  {}", label, std::string(filled, '#'),
                                  std::string(width - filled, '.'), percent, line);
  return fitted(whole, columns);
}

std::string format_duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "?";
  const auto total = static_cast<std::int64_t>(std::llround(std::min(seconds, 1e9)));
  const std::int64_t hours = total / 3600;
  const std::int64_t minutes = total / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, total % 60);
  return fmt::format("{}:{:02}", minutes, total % 60);
}

Progress::Progress(std::string label, std::int64_t total, std::string unit, std::int64_t done)
    : label_(std::move(label)),
      total_(total),
      unit_(std::move(unit)),
      terminal_(::isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      last_shown_(start_),
      done_before_(done),
      done_(done) {}

Progress::~Progress() {
  const std::lock_guard lock(mutex_);
  if (!shown_) return;
  show(Clock::now());
  if (terminal_) std::fputs(note_.empty() ? "\n" : "\n\n", stderr);
}

void Progress::advance(std::int64_t steps, std::string_view note) {
  const std::lock_guard lock(mutex_);
  done_ += steps;
  note_ = note;
  const Clock::time_point now = Clock::now();
  const auto interval =
      terminal_ ? Clock::duration(kRedrawInterval) : Clock::duration(kLineInterval);
  if (now - start_ < kQuietTime || (shown_ && now - last_shown_ < interval)) return;
  show(now);
}

std::string Progress::line(Clock::time_point now) const {
  const double elapsed_s = std::chrono::duration<double>(now - start_).count();
  const double rate = elapsed_s > 0 ? static_cast<double>(done_ - done_before_) / elapsed_s : 0;
  const double left_s = rate > 0 ? static_cast<double>(total_ - done_) / rate : INFINITY;
  return fmt::format("{}/{} {}, {:.3g}/s, {} left", done_, total_, unit_, rate,
                     format_duration(left_s));
}

void Progress::show(Clock::time_point now) {
  shown_ = true;
  last_shown_ = now;
  if (!terminal_) {
    note("{}: {}{}{}\n", label_, line(now), note_.empty() ? "" : "  ", note_);
    return;
  }
  const double fraction =
      total_ > 0 ? std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_)) : 1.0;
  const std::size_t columns = terminal_columns();
  note("\r\033[K{}", progress_bar(label_, fraction, line(now), columns));
  // The note has a line of its own, below; the cursor goes back up for the next time.
  if (!note_.empty()) note("\n\033[K{}\033[A", fitted(note_, columns));
  std::fflush(stderr);
}

}  // namespace evotoken
