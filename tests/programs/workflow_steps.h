// Steps of .github/workflows/accuracy.yml, run as a runner would.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <string>

#include "tests/programs/run_program.h"

namespace evotoken::testing {

/// The `run: |` block of the step called `name`, without its indentation; empty where there is
/// none.
inline std::string step_commands(const std::string& name) {
  std::istringstream yaml(read_file(EVOTOKEN_SOURCE_DIR "/.github/workflows/accuracy.yml"));
  const std::string indent(10, ' ');
  std::string commands;
  bool in_step = false;
  bool in_run = false;
  for (std::string line; std::getline(yaml, line);) {
    if (line.starts_with("      - ")) {
      in_step = line == "      - name: " + name;
      in_run = false;
    } else if (in_step && line == "        run: |") {
      in_run = true;
    } else if (in_run && line.starts_with(indent)) {
      commands += line.substr(indent.size()) + "\n";
    }
  }
  return commands;
}

/// A checkout as far as the steps need one: the programs, configs/ and a folder for the baseline.
class Checkout : public Workplace {
 public:
  Checkout() {
    namespace fs = std::filesystem;
    fs::create_directories(path() / "build");
    fs::create_directories(path() / "models/tiny");
    fs::create_directory_symlink(EVOTOKEN_BIN_DIR, path() / "build/bin");
    fs::create_directory_symlink(EVOTOKEN_SOURCE_DIR "/configs", path() / "configs");
  }

  /// The exit status of a step; as GitHub runs it: bash -e, with a file for the summary. What it
  /// prints is in "log".
  int run_step(const std::string& name) const {
    const std::string commands = step_commands(name);
    EXPECT_FALSE(commands.empty()) << name;
    write_file_atomically(path() / "step.sh", commands);
    const std::string line = "cd " + path().string() +
                             " && XDG_CACHE_HOME=$PWD/cache GITHUB_STEP_SUMMARY=$PWD/summary.md "
                             "bash -eo pipefail step.sh >log 2>&1";
    const int status = std::system(line.c_str());
    return WEXITSTATUS(status);
  }

  std::string file(const std::string& name) const { return read_file(path() / name); }
};

}  // namespace evotoken::testing
