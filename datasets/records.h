// Rows of a data file, whichever of the two spellings it has: JSON lines or one JSON array.
// Every message says file and line (or element), what was found, what was expected, what to do.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace evotoken::datasets {

/// The bytes of a file with the name that messages give it.
struct Source {
  std::string name;
  std::string content;
};

/// Reads the file. Throws DataError when it is missing, a folder or unreadable.
Source read_source(const std::filesystem::path& path);

/// One row: an object whose fields are asked for by name and type.
class Record {
 public:
  /// `where` is "file:17" (line, from 1) or "file[16]" (array element, from 0); `expected_fields`
  /// is how messages name what the row should hold, e.g. "question and answer".
  Record(std::string where, nlohmann::ordered_json value, std::string_view expected_fields);

  /// A string that is not blank. Throws DataError when missing, of another type or blank.
  std::string text(std::string_view field) const;
  /// As text, but empty where the field is absent or null.
  std::string optional_text(std::string_view field) const;
  /// The field, whatever its type. Throws DataError when missing.
  const nlohmann::ordered_json& value(std::string_view field) const;
  /// The field, or nullptr where it is absent or null.
  const nlohmann::ordered_json* find(std::string_view field) const;

  /// Throws DataError `where: field "F" is FOUND, expected EXPECTED; fetch the file again`.
  [[noreturn]] void fail(std::string_view field, std::string_view found,
                         std::string_view expected) const;

 private:
  std::string where_;
  nlohmann::ordered_json value_;
  std::string expected_fields_;
};

/// Calls `visit` for each row in file order. A first character '[' makes it a JSON array, anything
/// else JSON lines; a byte order mark, CRLF line ends and blank lines are fine. Throws DataError on
/// the first fault (one bad row spoils the file: a score on part of a test set is another score)
/// and when there is no row at all.
void for_each_record(const Source& source, std::string_view expected_fields,
                     const std::function<void(const Record&)>& visit);

/// `value` as messages name it: "a string", "null", "the number 3".
std::string describe(const nlohmann::ordered_json& value);

}  // namespace evotoken::datasets
