// Who works on what: units of work handed out one by one, to the threads of a process or to many
// processes.
#pragma once

#include <c10/util/intrusive_ptr.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/cluster/rendezvous.h"

namespace c10d {
class TCPStore;
}

namespace evotoken::cluster {

/// Units 0 … count − 1. Each is handed out until it is finished: normally once, again when the
/// process that had it died or is far slower than the others; a unit's work must be safe to do
/// twice. Thread-safe.
class WorkQueue {
 public:
  virtual ~WorkQueue() = default;
  /// The next unit for the caller. Waits while all others are taken but not finished, as they may
  /// come back. Nothing when all are finished or stop() was called.
  virtual std::optional<std::int64_t> take() = 0;
  /// A unit that is free now, for a caller that has others in hand: never waits, and takes none
  /// back from those who are slow.
  virtual std::optional<std::int64_t> try_take() = 0;
  /// The unit's results are safe.
  virtual void finish(std::int64_t unit) = 0;
  /// From now on take() gives nothing.
  virtual void stop() = 0;
};

/// For a process by itself.
std::unique_ptr<WorkQueue> make_local_queue(std::int64_t count);

struct SharedQueueOptions {
  std::int64_t rank = 0;
  std::int64_t world_size = 1;
  std::int64_t count = 0;
  bool serves = false;  ///< this process holds the store: it leaves last
  std::string prefix = "queue";
  /// A process without a heartbeat for so long counts as dead.
  std::chrono::milliseconds lease = std::chrono::seconds(30);
  /// Whether a unit's results are safe, asked where the store no longer says so.
  std::function<bool(std::int64_t unit)> finished_elsewhere;
};

/// For many processes, over LibTorch's c10d TCPStore. Where the store is lost (rank 0 died), each
/// process goes on by itself with what `finished_elsewhere` does not know.
std::unique_ptr<WorkQueue> make_shared_queue(c10::intrusive_ptr<c10d::TCPStore> store,
                                             SharedQueueOptions options);

/// The queue of the run's processes: meets them where `membership` says, and takes rank, number and
/// keys from it. Throws DeviceError when the store is not found within ten minutes.
std::unique_ptr<WorkQueue> join_queue(const Membership& membership, SharedQueueOptions options);

}  // namespace evotoken::cluster
