// loss.jsonl: a line per update.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/file_lock.h"
#include "training/objective.h"

namespace evotoken::training {

struct LossRecord {
  std::int64_t update = 0;  ///< counted from 1
  Loss loss;
  double grad_norm = 0;  ///< before clipping
  double learning_rate = 0;
  double seconds = 0;
};

/// One JSON line per update.
class LossLog {
 public:
  /// Opens `path`; lines of updates after `keep_updates` (of a run that died behind its last
  /// checkpoint) are dropped. Throws DeviceError when it cannot be written or another run is
  /// writing it.
  LossLog(std::filesystem::path path, std::int64_t keep_updates);
  /// Adds the line of one update. Throws DeviceError when it cannot be written.
  void append(const LossRecord& record);

 private:
  std::filesystem::path path_;
  FileLock lock_;  // a second run into the same folder is refused while this one lives
};

}  // namespace evotoken::training
