// Where the time of a run goes: named stages, as a table and as a Chrome trace.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace evotoken {

/// Stages recorded in this process while the profile is on. Thread-safe. Off, a stage costs one
/// branch.
class Profile {
 public:
  using Clock = std::chrono::steady_clock;

  /// Begins anew: what was recorded before is dropped.
  static void start();
  static void stop();
  static bool on();

  /// One stretch of time on the calling thread. `stage` is a literal.
  static void record(const char* stage, Clock::time_point begin, Clock::time_point end);

  struct Row {
    std::string stage;
    std::int64_t calls = 0;
    double seconds = 0;
    double share = 0;  ///< of the time of all stages; stages do not overlap on a thread
  };
  /// Longest first.
  static std::vector<Row> rows();
  /// rows() as aligned text.
  static std::string table();
  /// For chrome://tracing or Perfetto (Trace Event Format): complete events in microseconds from
  /// the start of the profile.
  static nlohmann::ordered_json chrome_trace();
};

/// Records the time of a scope.
class ProfiledStage {
 public:
  explicit ProfiledStage(const char* stage) : stage_(Profile::on() ? stage : nullptr) {
    if (stage_ != nullptr) begin_ = Profile::Clock::now();
  }
  ~ProfiledStage() {
    if (stage_ != nullptr) Profile::record(stage_, begin_, Profile::Clock::now());
  }
  ProfiledStage(const ProfiledStage&) = delete;
  ProfiledStage& operator=(const ProfiledStage&) = delete;

 private:
  const char* stage_;
  Profile::Clock::time_point begin_;
};

}  // namespace evotoken
