// Finished samples, one checksummed line each: what a run that died leaves, and the next one goes
// on from.
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/file_lock.h"

namespace evotoken::reports {

/// A journal as it was found.
struct JournalContents {
  nlohmann::ordered_json key;                   ///< what its results depend on
  std::vector<nlohmann::ordered_json> records;  ///< whole ones only, in the order of writing
  std::size_t damaged = 0;                      ///< lines that were torn or altered, left out
};

/// Reads `path`. A line counts when it is whole and its checksum agrees; the first holds the key.
/// A file without a whole first line has a null key and no records. Throws DataError when it cannot
/// be read.
JournalContents read_journal(const std::filesystem::path& path);

/// The entries in which two keys differ, as "model_hash: "a1", now "b2"". Empty when they agree.
std::vector<std::string> key_differences(const nlohmann::ordered_json& found,
                                         const nlohmann::ordered_json& wanted);

/// Appends to a journal. A record that append() has returned from is on disk.
class JournalWriter {
 public:
  /// Goes on with `path`, cutting a torn last line off. A journal of another key is first set aside
  /// as `path`.stale-N. Throws DeviceError when the file cannot be written or another run holds it.
  JournalWriter(std::filesystem::path path, const nlohmann::ordered_json& key);

  /// Throws DeviceError when the disk is full; the file then ends with the record before.
  void append(const nlohmann::ordered_json& record);

 private:
  void write_line(const nlohmann::ordered_json& value);

  std::filesystem::path path_;
  FileLock lock_;
  Descriptor file_;
};

}  // namespace evotoken::reports
