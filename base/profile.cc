#include "base/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

namespace evotoken {
namespace {

using Clock = Profile::Clock;

struct Event {
  const char* stage;
  std::thread::id thread;
  Clock::time_point begin;
  Clock::time_point end;
};

struct Recording {
  std::mutex mutex;
  std::vector<Event> events;
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
  recording().start = Clock::now();
  recording_on = true;
}

void Profile::stop() { recording_on = false; }

bool Profile::on() { return recording_on.load(std::memory_order_relaxed); }

void Profile::record(const char* stage, Clock::time_point begin, Clock::time_point end) {
  const std::lock_guard lock(recording().mutex);
  recording().events.push_back({stage, std::this_thread::get_id(), begin, end});
}

std::vector<Profile::Row> Profile::rows() {
  std::map<std::string, Row> by_stage;
  double all = 0;
  {
    const std::lock_guard lock(recording().mutex);
    for (const Event& event : recording().events) {
      Row& row = by_stage[event.stage];
      const double seconds = microseconds(event.end - event.begin) * 1e-6;
      ++row.calls;
      row.seconds += seconds;
      all += seconds;
    }
  }
  std::vector<Row> rows;
  for (auto& [stage, row] : by_stage) {
    row.stage = stage;
    row.share = all > 0 ? row.seconds / all : 0;
    rows.push_back(row);
  }
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
