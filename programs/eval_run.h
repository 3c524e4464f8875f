// The samples of all cells through the model: workers, queue, journals, files.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "engine/cluster/rendezvous.h"
#include "engine/cluster/work_queue.h"
#include "programs/cell_run.h"
#include "programs/device_meters.h"
#include "programs/eval_progress.h"
#include "programs/event_stream.h"

namespace evotoken::programs {

/// Workers of this process: what the flags say, on a GPU one; no more than units of work.
std::int64_t worker_count(const EvalFlags& flags, const LoadedModel& loaded, std::int64_t units);

/// What a run took as a whole, what earlier runs did left out.
struct RunFigures {
  std::int64_t workers = 0;         ///< of this process
  std::optional<double> warm_up_s;  ///< first passes, apart from all samples; none without work
  std::optional<double> decode_wall_s;
  std::optional<double> energy_j;  ///< of the device meanwhile, whoever used it
};

/// Goes on with what journals hold and decodes the rest, in this process or as one of many.
class EvalRun {
 public:
  /// Reads the journals; what they have of other settings is told on stderr. `interrupted`: when
  /// set, the samples in flight are finished and no new ones begun. The references outlive it.
  EvalRun(const EvalPlan& plan, const EvalFlags& flags, const LoadedModel& loaded,
          const cluster::Membership& membership, const std::atomic<bool>& interrupted);

  /// Decodes what is missing, telling `events` of it. `after_cell` is called whenever a cell is
  /// complete, from one thread at a time. At the end every `_generations.json` is written. Throws
  /// DeviceError when a journal cannot be written; what was finished before is in it.
  void run(EventStream& events, const std::function<void()>& after_cell);

  std::int64_t resumed() const { return resumed_; }  ///< samples that journals held
  const RunFigures& figures() const { return figures_; }
  /// Of all samples done so far, cell by cell in file order.
  std::vector<reports::ResultRecord> records() const;
  /// Whether this process is to write reports: the first one, or any that knows all results.
  bool reports_here() const;

 private:
  /// A sample of a cell: what the queue hands out.
  struct Unit {
    std::size_t cell;
    std::size_t sample;
  };

  /// A thread of this process, and what it shares with the others.
  struct Worker {
    std::int64_t number;
    cluster::WorkQueue& queue;
    EvalProgress& progress;
    const std::function<void()>& after_cell;
  };

  void make_units();
  std::unique_ptr<cluster::WorkQueue> make_queue();
  bool finished_elsewhere(std::int64_t unit);
  bool done(const Unit& unit) const { return cells_[unit.cell]->done(unit.sample); }
  void warm_up();
  RunSize size() const;
  PeerWatch watch_peers() const;
  nlohmann::ordered_json start_event() const;
  void work(const Worker& worker);
  std::optional<std::int64_t> decode(const Worker& worker, std::int64_t first);
  void end_cell_if_complete(std::size_t number, const Worker& worker);
  void write_cell(const CellRun& cell) const;

  const EvalPlan& plan_;
  const EvalFlags& flags_;
  const LoadedModel& loaded_;
  const cluster::Membership membership_;
  const std::atomic<bool>& interrupted_;
  std::vector<std::vector<Prompt>> prompts_;     // of each task
  std::vector<std::unique_ptr<CellRun>> cells_;  // of each cell of the plan
  std::vector<Unit> units_;
  std::int64_t resumed_ = 0;
  std::mutex mutex_;                 // of the reports and the error
  std::set<std::size_t> completed_;  // cells whose completion was told; under mutex_
  std::exception_ptr error_;
  DeviceEnergy energy_;
  RunFigures figures_;
};

}  // namespace evotoken::programs
