// Reading whole files and writing them so that a reader never sees half of one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace evotoken {

/// Throws DataError naming `path` where it is missing, a folder, or a device that never ends.
void check_readable(const std::filesystem::path& path);

/// The bytes of a file. Throws DataError as check_readable, and where reading fails.
std::string read_file(const std::filesystem::path& path);

/// Replaces `path` by `content`: written to a temporary file beside it, flushed to disk, renamed.
/// Creates missing parent folders. Throws DeviceError (read-only folder, full disk) and leaves an
/// existing file as it was.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Creates the folder of `path` and checks that write_file_atomically could write it, so that a
/// long run does not find out at its end. Throws DeviceError; touches nothing that is there.
void check_writable(const std::filesystem::path& path);

/// Deepest nesting of arrays and objects that is read: values are copied and written by recursion.
/// Every file that a program reads needs less than ten.
inline constexpr int kMaxJsonDepth = 100;

/// The file as one JSON value. Throws DataError with file, line and column of the first fault.
nlohmann::ordered_json read_json_file(const std::filesystem::path& path);

/// Parses `text`; `where` (e.g. "test.jsonl:17") opens the message of the DataError on a fault.
nlohmann::ordered_json parse_json(std::string_view text, const std::string& where);

/// The same, for objects of many keys: ordered_json looks up a key by walking all before it, which
/// for a vocabulary of 126,000 takes minutes.
nlohmann::json parse_large_json(std::string_view text, const std::string& where);

/// Calls `visit(line, line_number)` for each line that is not blank, without its end of line
/// ("\n" or "\r\n"); line numbers count from 1 and include blank lines. Errors as read_file.
void for_each_line(
    const std::filesystem::path& path,
    const std::function<void(std::string_view line, std::size_t line_number)>& visit);

}  // namespace evotoken
