// A progress bar on a terminal, plain lines elsewhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace evotoken {

/// Shows how far a piece of work is, on stderr: a bar with rate and time left, and a note below it,
/// redrawn in place on a terminal; elsewhere one plain line at most every ten seconds. Nothing is
/// shown before two seconds have passed. Thread-safe.
class Progress {
 public:
  /// `total` steps of something called `unit` (plural, e.g. "samples"); `label` opens the line.
  /// `done` of them are behind us already (a run that goes on), and do not count for the rate.
  Progress(std::string label, std::int64_t total, std::string unit, std::int64_t done = 0);
  /// Ends the line that is being drawn, if any.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Counts `steps` more as done (none: only the time left is shown anew); `note` (e.g.
  /// "gsm8k 61.5%") stands below the bar or at the end of the line; once given, it stays.
  void advance(std::int64_t steps = 1, std::string_view note = "");

 private:
  using Clock = std::chrono::steady_clock;
  std::string line(Clock::time_point now) const;
  void show(Clock::time_point now);

  const std::string label_;
  const std::int64_t total_;
  const std::string unit_;
  const bool terminal_;
  const Clock::time_point start_;
  std::mutex mutex_;
  std::string note_;
  Clock::time_point last_shown_;
  const std::int64_t done_before_;
  std::int64_t done_;
  bool shown_ = false;
};

/// "label [####....]  50%  line", shorter than `columns` characters: the bar shrinks first, then
/// the line is cut, so that a terminal never wraps what is redrawn in place.
std::string progress_bar(std::string_view label, double fraction, std::string_view line,
                         std::size_t columns);

/// "1:02:03", "2:03" for a duration in seconds (rounded), "?" when it is not finite.
std::string format_duration(double seconds);

}  // namespace evotoken
