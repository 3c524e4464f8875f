// What many tests need: where the golden files and the shared material are.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace evotoken::testing {

/// The golden folder: EVOTOKEN_GOLDEN_DIR, else ../shared/golden beside the checkout if there, else
/// tests/golden.
inline std::filesystem::path golden_dir() {
  if (const char* dir = std::getenv("EVOTOKEN_GOLDEN_DIR")) return dir;
  const std::filesystem::path source = EVOTOKEN_SOURCE_DIR;
  const std::filesystem::path shared = source.parent_path() / "shared" / "golden";
  if (std::filesystem::is_directory(shared)) return shared;
  return source / "tests" / "golden";
}

/// ../shared/`name` beside the checkout, or an empty path where it is absent: such a test says so
/// with GTEST_SKIP.
inline std::filesystem::path shared_dir(const std::string& name) {
  const std::filesystem::path path =
      std::filesystem::path(EVOTOKEN_SOURCE_DIR).parent_path() / "shared" / name;
  return std::filesystem::is_directory(path) ? path : std::filesystem::path{};
}

/// A fresh empty folder under the system's temporary folder, removed with its content at the end.
class TemporaryDir {
 public:
  TemporaryDir() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "evotoken-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDir(const TemporaryDir&) = delete;
  TemporaryDir& operator=(const TemporaryDir&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace evotoken::testing
