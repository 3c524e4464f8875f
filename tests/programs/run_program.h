// Runs one of the built programs as a user does.
#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "base/files.h"
#include "tests/support.h"

namespace evotoken::testing {

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
  nlohmann::ordered_json json() const { return nlohmann::ordered_json::parse(out); }
};

/// A folder to run programs in; files they write with relative names land here. The user's cache is
/// a folder of the test's own.
class Workplace {
 public:
  /// `command` starts with a program's name, e.g. "evotoken-eval --task gsm8k"; shell words.
  Outcome run(const std::string& command, const std::string& input = "") const {
    return shell(EVOTOKEN_BIN_DIR "/" + command, input);
  }

  /// `script` in the shell, which finds the programs by their names.
  Outcome shell(const std::string& script, const std::string& input = "") const {
    const std::filesystem::path io = io_.path();
    write_file_atomically(io / "in", input);
    const std::string line = "cd " + path().string() + " && export PATH=" + EVOTOKEN_BIN_DIR +
                             ":$PATH XDG_CACHE_HOME=" + (io / "cache").string() + " && { " +
                             script + "\n} <" + (io / "in").string() + " >" +
                             (io / "out").string() + " 2>" + (io / "err").string();
    const int status = std::system(line.c_str());
    return {WEXITSTATUS(status), read_file(io / "out"), read_file(io / "err")};
  }
  const std::filesystem::path& path() const { return dir_.path(); }

 private:
  TemporaryDir dir_;
  TemporaryDir io_;
};

}  // namespace evotoken::testing
