// Where the results of a program go: files, and stdout, which one of them may have.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace evotoken::programs {

/// A flag that names an output, and what it was given: "" none, "-" stdout, else a file.
struct OutputFlag {
  const char* flag;  ///< "--json"
  std::string path;
};

/// Whether one of `outputs` goes to stdout, which it then has alone. Throws UsageError where two
/// do.
bool stdout_is_taken(const std::vector<OutputFlag>& outputs);

/// Throws UsageError for "-" where only a file (or a folder) will do: `wanted` says which.
void refuse_stdout(const OutputFlag& output, const char* wanted = "a file");

/// Throws DeviceError where `path`, if it is a file, could not be written at the end of a run.
void check_output(const std::string& path);

/// Text for people, coloured where that shows: to stdout, or to stderr where stdout is taken.
void print_for_people(const std::string& text, bool stdout_taken);

/// `content` to stdout or, atomically, to the file; nothing without a path. Throws DeviceError.
void write_output(const std::string& path, std::string_view content);

/// `value` as JSON with the end of its line, likewise; on one line unless `indent` says otherwise.
void write_json(const std::string& path, const nlohmann::ordered_json& value, int indent = 2);

}  // namespace evotoken::programs
