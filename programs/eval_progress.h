// How a run goes on: one bar for the whole sweep (plain lines off a terminal), and events for other
// tools.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "programs/cell_run.h"
#include "programs/event_stream.h"
#include "programs/peer_watch.h"

namespace evotoken::programs {

/// What there is to do.
struct RunSize {
  std::size_t cells = 0;
  std::int64_t samples = 0;  ///< of all cells
  std::int64_t done = 0;     ///< of them by earlier runs
  std::int64_t workers = 1;  ///< of this process
};

/// Thread-safe; the workers of this process tell it what they do.
class EvalProgress {
 public:
  /// `events` outlives it.
  EvalProgress(const RunSize& size, EventStream& events);

  /// `worker` now decodes `samples` samples of cell number `cell`, counted from 0.
  void begin(std::int64_t worker, std::size_t cell, std::int64_t samples);
  /// One of them is in the journal, as `record`.
  void finish(std::int64_t worker, const CellRun& cell, const std::string& sample_id,
              const reports::ResultRecord& record);
  /// `worker` has nothing to do: it waits for others, or there is nothing left.
  void rest(std::int64_t worker);
  /// All samples of a cell are done.
  void complete(std::size_t number, const CellRun& cell);
  /// What the other processes have done since the start of this one.
  void see_peers(std::vector<PeerState> peers);
  /// Shows the time that has passed; to be called now and then. Emits "progress" once a second.
  void tick();

 private:
  using Clock = std::chrono::steady_clock;
  struct Worker {
    std::optional<std::size_t> cell;  // empty: resting
    std::int64_t samples = 0;
    Clock::time_point since;
  };

  double elapsed_s() const;
  std::string workers_text() const;
  nlohmann::ordered_json figures() const;
  nlohmann::ordered_json workers_json() const;
  void show(std::int64_t more);

  const RunSize size_;
  EventStream& events_;
  const Clock::time_point start_;
  Progress bar_;
  std::mutex mutex_;
  std::vector<Worker> workers_;
  std::vector<PeerState> peers_;
  std::int64_t finished_ = 0;  // here, by this run
  std::int64_t by_peers_ = 0;
  std::int64_t tokens_ = 0;
  std::string cell_text_;  // of the cell that a sample was last finished in
  Clock::time_point last_event_;
};

/// {"correct", "graded", "accuracy_frac", "wilson_95_frac"} of the samples done so far; the last
/// two are null while there are none.
nlohmann::ordered_json accuracy_so_far(const CellRun& cell);

}  // namespace evotoken::programs
