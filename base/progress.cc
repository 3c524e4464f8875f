#include "base/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace evotoken {
namespace {

constexpr std::chrono::seconds kQuietTime{2};
constexpr std::chrono::milliseconds kRedrawInterval{100};
constexpr std::chrono::seconds kLineInterval{10};
constexpr int kBarWidth = 24;

}  // namespace

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
  if (terminal_) std::fputc('\n', stderr);
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
  return fmt::format("{}/{} {}, {:.3g} {}/s, {} left{}{}", done_, total_, unit_, rate, unit_,
                     format_duration(left_s), note_.empty() ? "" : "  ", note_);
}

void Progress::show(Clock::time_point now) {
  shown_ = true;
  last_shown_ = now;
  if (!terminal_) {
    fmt::print(stderr, "{}: {}\n", label_, line(now));
    return;
  }
  const double fraction =
      total_ > 0 ? std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_)) : 1.0;
  const int filled = static_cast<int>(std::lround(fraction * kBarWidth));
  fmt::print(stderr, "\r\033[K{} [{}{}] {:3.0f}%  {}", label_, std::string(filled, '#'),
             std::string(kBarWidth - filled, '.'), 100 * fraction, line(now));
  std::fflush(stderr);
}

}  // namespace evotoken
