#include "engine/weights/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace evotoken::weights {

MappedFile::MappedFile(const std::filesystem::path& path) : path_(path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    throw WeightsError(
        fmt::format("{}: cannot be opened ({}), expected a weights file; check the path",
                    path.string(), std::strerror(errno)));
  }
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0) {
    ::close(fd);
    throw WeightsError(fmt::format(
        "{}: empty or not a regular file, expected a weights file; fetch it again", path.string()));
  }
  size_ = static_cast<std::size_t>(info.st_size);
  void* const address =
      ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
  const int map_error = errno;
  ::close(fd);
  if (address == MAP_FAILED) {
    throw WeightsError(
        fmt::format("{}: cannot be mapped into memory ({}), expected {} bytes of address space",
                    path.string(), std::strerror(map_error), size_));
  }
  data_ = static_cast<std::byte*>(address);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MappedFile::release(std::span<const std::byte> range) const {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(range.data());
  const std::uintptr_t first_whole = (begin + page - 1) / page * page;
  const std::uintptr_t end_whole = (begin + range.size()) / page * page;
  if (first_whole < end_whole) {
    ::madvise(reinterpret_cast<void*>(first_whole), end_whole - first_whole, MADV_DONTNEED);
  }
}

}  // namespace evotoken::weights
