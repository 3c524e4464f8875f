#include "programs/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "base/error.h"
#include "base/files.h"
#include "base/json_of.h"
#include "programs/colour.h"

namespace evotoken::programs {
namespace {

constexpr std::string_view kStdout = "-";

}  // namespace

bool stdout_is_taken(const std::vector<OutputFlag>& outputs) {
  const OutputFlag* first = nullptr;
  for (const OutputFlag& output : outputs) {
    if (output.path != kStdout) continue;
    if (first != nullptr) {
      throw UsageError(
          fmt::format("{}: \"-\", but {} has stdout already, expected one of them there; give one "
                      "of them a file",
                      output.flag, first->flag));
    }
    first = &output;
  }
  return first != nullptr;
}

void refuse_stdout(const OutputFlag& output, const char* wanted) {
  if (output.path != kStdout) return;
  throw UsageError(fmt::format(
      "{}: \"-\", expected {}: it cannot go to stdout; give it a name (./- for that very one)",
      output.flag, wanted));
}

void check_output(const std::string& path) {
  if (!path.empty() && path != kStdout) check_writable(path);
}

void print_for_people(const std::string& text, bool stdout_taken) {
  (stdout_taken ? std::cerr : std::cout)
      << for_terminal(text, stdout_taken ? STDERR_FILENO : STDOUT_FILENO) << std::flush;
}

void write_output(const std::string& path, std::string_view content) {
  if (path.empty()) return;
  if (path == kStdout) {
    std::cout << content;
  } else {
    write_file_atomically(path, content);
  }
}

void write_json(const std::string& path, const nlohmann::ordered_json& value, int indent) {
  if (!path.empty()) write_output(path, dumped_json(value, indent) + "\n");
}

}  // namespace evotoken::programs
