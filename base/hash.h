// Content hashes for provenance: which model, which prompt, which data made a result.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace evotoken {

/// XXH3-128 of the bytes as 32 lower-case hex digits. Not cryptographic.
std::string content_hash(std::string_view bytes);

/// content_hash of a file's bytes, read in pieces. Throws DataError when it cannot be read.
std::string file_hash(const std::filesystem::path& path);

}  // namespace evotoken
