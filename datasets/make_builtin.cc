// evotoken-make-builtin DIR: writes the generated part of the built-in samples, DIR/<task>/
// generated.json[l]. For developers; a test compares its output with the committed files.
#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "datasets/generator/generator.h"

namespace {

namespace generator = evotoken::datasets::generator;

std::string json_lines(const generator::Rows& rows) {
  std::string text;
  for (const auto& row : rows) text += row.dump() + "\n";
  return text;
}

std::string json_array(const generator::Rows& rows) {
  return nlohmann::ordered_json(rows).dump(4) + "\n";
}

constexpr std::string_view kUsage =
    "usage: evotoken-make-builtin DIR\n"
    "Writes the generated part of the built-in samples to DIR/<task>/generated.json[l];\n"
    "DIR is datasets/builtin in the source tree.\n";

}  // namespace

int main(int argc, char** argv) {
  const std::string_view argument = argc == 2 ? argv[1] : "";
  if (argument == "--help" || argument == "-h") {
    fmt::print("{}", kUsage);
    return static_cast<int>(evotoken::ExitStatus::kSuccess);
  }
  if (argument.empty() || argument.front() == '-') {
    fmt::print(stderr, "{}", kUsage);
    return static_cast<int>(evotoken::ExitStatus::kUsage);
  }
  try {
    const std::filesystem::path dir = argument;
    const auto write = [&](const char* name, const std::string& text) {
      evotoken::write_file_atomically(dir / name, text);
    };
    write("countdown/generated.jsonl", json_lines(generator::make_countdown()));
    write("gsm8k/generated.jsonl", json_lines(generator::make_gsm8k()));
    write("math500/generated.jsonl", json_lines(generator::make_math500()));
    write("svamp/generated.json", json_array(generator::make_svamp()));
  } catch (const evotoken::Error& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return static_cast<int>(error.status());
  }
  return static_cast<int>(evotoken::ExitStatus::kSuccess);
}
