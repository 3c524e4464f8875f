// Where the time of a run goes: named stages, as a table and as a Chrome trace.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace evotoken {

/// Stages recorded in this process while the profile is on. Thread-safe. Off, a stage costs one
/// branch. On a GPU the times are those of the host, which enqueues and waits; what the device does
/// meanwhile is seen with Nsight Systems, where stages are NVTX ranges (builds with CUDA).
class Profile {
 public:
  using Clock = std::chrono::steady_clock;

  /// Stretches that the trace holds, the first ones: a day's run must not fill the memory.
  static constexpr std::size_t kTracedStretches = 200'000;

  /// Begins anew: what was recorded before is dropped.
  static void start();
  static void stop();
  static bool on();
  /// Stops, shows the table on stderr and writes the trace to `path`. Throws as
  /// write_file_atomically.
  static void finish(const std::string& path);

  /// Begins a stretch of time on the calling thread. `stage` is a literal.
  static Clock::time_point enter(const char* stage);
  /// Ends it. Stretches of a thread are nested or apart.
  static void leave(const char* stage, Clock::time_point begin);

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
    if (stage_ != nullptr) begin_ = Profile::enter(stage_);
  }
  ~ProfiledStage() {
    if (stage_ != nullptr) Profile::leave(stage_, begin_);
  }
  ProfiledStage(const ProfiledStage&) = delete;
  ProfiledStage& operator=(const ProfiledStage&) = delete;

 private:
  const char* stage_;
  Profile::Clock::time_point begin_;
};

}  // namespace evotoken
