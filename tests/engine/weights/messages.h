// The message of the error that a call throws.
#pragma once

#include <fstream>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "tests/support.h"

namespace evotoken::testing {

template <typename Call>
std::string weights_error(Call call) {
  try {
    call();
  } catch (const WeightsError& error) {
    return error.what();
  }
  return "(no WeightsError)";
}

/// A copy of a golden model that a test may damage.
class ModelCopy {
 public:
  explicit ModelCopy(const std::string& name) {
    std::filesystem::copy(golden_dir() / "models" / name, path(),
                          std::filesystem::copy_options::recursive);
  }
  const std::filesystem::path& path() const { return dir_.path(); }

  /// Replaces a field of a JSON file.
  void set(const std::string& file, const std::string& field, const nlohmann::ordered_json& value) {
    auto json = read_json_file(path() / file);
    json[field] = value;
    write_file_atomically(path() / file, json.dump());
  }

 private:
  TemporaryDir dir_;
};

}  // namespace evotoken::testing
