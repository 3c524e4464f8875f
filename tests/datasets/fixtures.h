// Small things that the tests of readers share.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "tests/support.h"

namespace evotoken::datasets {

/// Writes `text` to `dir/name` (with its folders) and returns the path.
inline std::filesystem::path put(const std::filesystem::path& dir, const std::string& name,
                                 std::string_view text) {
  const std::filesystem::path path = dir / name;
  write_file_atomically(path, text);
  return path;
}

/// The message of the DataError that `call` throws, with every mention of `dir` as "DIR"; "none"
/// when it throws nothing.
template <typename Call>
std::string data_error(const std::filesystem::path& dir, const Call& call) {
  try {
    call();
  } catch (const DataError& error) {
    std::string message = error.what();
    const std::string name = dir.string();
    for (auto at = message.find(name); at != std::string::npos; at = message.find(name)) {
      message.replace(at, name.size(), "DIR");
    }
    return message;
  }
  return "none";
}

}  // namespace evotoken::datasets
