#include "base/staged_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/descriptor.h"
#include "base/error.h"

namespace evotoken {
namespace fs = std::filesystem;

fs::path follow_links(fs::path path) {
  constexpr int kMostLinks = 40;  // as Linux
  std::error_code error;
  const fs::path named = path;
  for (int links = 0; fs::is_symlink(path, error); ++links) {
    if (links == kMostLinks) throw_write_error(named, ELOOP);
    const fs::path target = fs::read_symlink(path, error);
    if (error) throw_write_error(named, error.value());
    path = path.parent_path() / target;
  }
  return path;
}

void throw_write_error(const fs::path& path, int error_number) {
  throw DeviceError(fmt::format(
      "{}: cannot be written ({}), expected a writable folder with free space; choose another "
      "folder or make room",
      path.string(), std::strerror(error_number)));
}

StagedFile::StagedFile(fs::path path) : named_(std::move(path)) {
  std::error_code error;
  const fs::file_status status = fs::status(named_, error);
  if (fs::is_directory(status)) {
    throw DeviceError(named_.string() +
                      ": is a folder, expected the name of a file; add one or choose another");
  }
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    target_ = written_ = named_;
    return;
  }
  target_ = follow_links(named_);
  error.clear();
  if (target_.has_parent_path()) fs::create_directories(target_.parent_path(), error);
  if (error) throw_write_error(named_, error.value());
  written_ = fmt::format("{}.tmp.{}", target_.string(), ::getpid());
}

StagedFile::~StagedFile() {
  std::error_code ignored;
  if (replaces()) fs::remove(written_, ignored);
}

void StagedFile::publish() {
  if (!replaces()) return;
  const Descriptor file(::open(written_.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0 || ::fsync(file.get()) != 0) throw_write_error(named_, errno);
  if (::rename(written_.c_str(), target_.c_str()) != 0) throw_write_error(named_, errno);
  written_ = target_;
}

}  // namespace evotoken
