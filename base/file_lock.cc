#include "base/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace evotoken {

FileLock::FileLock(const std::filesystem::path& path) {
  const std::string lock_path = path.string() + ".lock";
  descriptor_ = Descriptor(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (descriptor_.is_open() && ::flock(descriptor_.get(), LOCK_EX | LOCK_NB) == 0) return;
  const int error_number = errno;
  throw DeviceError(fmt::format(
      "{}: held by another run ({}), expected a folder of its own for each; wait for it "
      "or choose another --output_dir",
      lock_path, std::strerror(error_number)));
}

}  // namespace evotoken
