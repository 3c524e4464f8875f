// A file mapped into memory, writable in private: what is never written costs no memory of its own.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace evotoken::weights {

/// Maps a whole file copy-on-write. Pages are read from disk when first touched; writing to one
/// (merging an adapter) gives this process its own copy and leaves the file alone. Movable, unmaps
/// at the end of its life.
class MappedFile {
 public:
  /// Throws WeightsError when the file is missing, empty or cannot be mapped.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::span<std::byte> bytes() const { return {data_, size_}; }

  /// Tells the kernel that the clean pages wholly inside `range` (a part of bytes()) will not be
  /// read again, for tensors that were converted or copied to a device. Must not have been written
  /// to.
  void release(std::span<const std::byte> range) const;

 private:
  std::filesystem::path path_;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace evotoken::weights
