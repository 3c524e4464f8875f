// A file that is written under another name until it is whole.
#pragma once

#include <filesystem>

namespace evotoken {

/// Where `path` leads through symbolic links, also to a file that is not there yet. Throws
/// DeviceError where the links go round in a circle.
std::filesystem::path follow_links(std::filesystem::path path);

/// "PATH: cannot be written (reason of `error_number`), ..." as DeviceError.
[[noreturn]] void throw_write_error(const std::filesystem::path& path, int error_number);

/// The name beside `path` under which its content is written, and how it takes its place. A pipe or
/// a device (/dev/stdout) is written to itself, never replaced; a link keeps leading where it does.
class StagedFile {
 public:
  /// Creates missing parent folders. Throws DeviceError where that fails or `path` is a folder.
  explicit StagedFile(std::filesystem::path path);
  /// Removes what was not published.
  ~StagedFile();
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  /// The file to write to.
  const std::filesystem::path& written() const { return written_; }
  /// Whether written() is put in the place of another file, and so may be made anew.
  bool replaces() const { return written_ != target_; }
  /// Flushes written() to disk and renames it. Throws DeviceError and leaves the old file as it
  /// was.
  void publish();

 private:
  std::filesystem::path named_;   // by the user, for messages
  std::filesystem::path target_;  // where the links of named_ lead
  std::filesystem::path written_;
};

}  // namespace evotoken
