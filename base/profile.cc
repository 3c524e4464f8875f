#include "base/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "base/files.h"
#include "base/note.h"

#ifdef EVOTOKEN_NVTX
#include <nvtx3/nvToolsExt.h>  // headers only; does nothing unless a tool listens
#endif

namespace evotoken {
namespace {

using Clock = Profile::Clock;

void open_range([[maybe_unused]] const char* stage) {
#ifdef EVOTOKEN_NVTX
  nvtxRangePushA(stage);
#endif
}

void close_range() {
#ifdef EVOTOKEN_NVTX
  nvtxRangePop();
#endif
}

struct Event {
  const char* stage;
  std::thread::id thread;
  Clock::time_point begin;
  Clock::time_point end;
};

struct Total {
  std::int64_t calls = 0;
  double seconds = 0;
};

struct Recording {
  std::mutex mutex;
  std::vector<Event> events;            ///< the first kTracedStretches
  std::map<std::string, Total> totals;  ///< of all
  Clock::time_point start;
};

std::atomic<bool> recording_on{false};

Recording& recording() {
  static Recording the_one;
  return the_one;
}

double microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

}  // namespace

void Profile::start() {
  const std::lock_guard lock(recording().mutex);
  recording().events.clear();
  recording().totals.clear();
  recording().start = Clock::now();
  recording_on = true;
}

void Profile::stop() { recording_on = false; }

bool Profile::on() { return recording_on.load(std::memory_order_relaxed); }

void Profile::finish(const std::string& path) {
  stop();
  note("\n{}", table());
  write_file_atomically(path, chrome_trace().dump() + "\n");
}

Clock::time_point Profile::enter(const char* stage) {
  open_range(stage);
  return Clock::now();
}

void Profile::leave(const char* stage, Clock::time_point begin) {
  const Clock::time_point end = Clock::now();
  close_range();
  Recording& all = recording();
  const std::lock_guard lock(all.mutex);
  Total& total = all.totals[stage];
  ++total.calls;
  total.seconds += microseconds(end - begin) * 1e-6;
  if (all.events.size() == kTracedStretches) return;
  all.events.push_back({stage, std::this_thread::get_id(), begin, end});
}

std::vector<Profile::Row> Profile::rows() {
  std::vector<Row> rows;
  double all = 0;
  {
    const std::lock_guard lock(recording().mutex);
    for (const auto& [stage, total] : recording().totals) {
      rows.push_back({stage, total.calls, total.seconds, 0});
      all += total.seconds;
    }
  }
  for (Row& row : rows) row.share = all > 0 ? row.seconds / all : 0;
  std::ranges::sort(rows, std::greater(), &Row::seconds);
  return rows;
}

std::string Profile::table() {
  std::string text = fmt::format("{:<24} {:>9} {:>11} {:>10} {:>7}\n", "stage", "calls", "seconds",
                                 "ms a call", "share");
  for (const Row& row : rows()) {
    text += fmt::format("{:<24} {:>9} {:>11.3f} {:>10.3f} {:>6.1f}%\n", row.stage, row.calls,
                        row.seconds, 1e3 * row.seconds / static_cast<double>(row.calls),
                        100 * row.share);
  }
  return text;
}

nlohmann::ordered_json Profile::chrome_trace() {
  const std::lock_guard lock(recording().mutex);
  std::map<std::thread::id, int> threads;
  nlohmann::ordered_json events = nlohmann::ordered_json::array();
  for (const Event& event : recording().events) {
    const int thread = threads.emplace(event.thread, std::ssize(threads)).first->second;
    events.push_back({{"name", event.stage},
                      {"ph", "X"},
                      {"ts", microseconds(event.begin - recording().start)},
                      {"dur", microseconds(event.end - event.begin)},
                      {"pid", 0},
                      {"tid", thread}});
  }
  return {{"traceEvents", events}, {"displayTimeUnit", "ms"}};
}

}  // namespace evotoken
