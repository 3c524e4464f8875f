// A run's events for other tools: one JSON object a line, as it happens.
#pragma once

#include <cstdint>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "base/descriptor.h"

namespace evotoken::programs {

/// Appends events to a file, or writes them to stdout. Thread-safe. Events are for looking on: when
/// they can no longer be written, that is told once on stderr and the run goes on.
class EventStream {
 public:
  /// `path`: "" none, "-" stdout, else a file; of several processes rank 0 writes that one, rank N
  /// PATH.rankN. Throws DeviceError when the file cannot be opened.
  EventStream(const std::string& path, std::int64_t rank);

  bool wanted() const { return wanted_; }

  /// {"event": `name`, "time": UTC with milliseconds, "rank": …} and the members of `more`.
  void emit(const char* name, const nlohmann::ordered_json& more);

 private:
  const std::int64_t rank_;
  const bool wanted_;
  std::string path_;
  std::mutex mutex_;
  Descriptor file_;
};

}  // namespace evotoken::programs
