// One run at a time in a folder.
#pragma once

#include <filesystem>

#include "base/descriptor.h"

namespace evotoken {

/// Holds `path` + ".lock" (flock) as long as it lives; a process that dies lets go of it.
class FileLock {
 public:
  /// Throws DeviceError when another process holds it, or it cannot be made.
  explicit FileLock(const std::filesystem::path& path);

 private:
  Descriptor descriptor_;
};

}  // namespace evotoken
