// The kept inputs of every fuzz target, as ordinary tests: seeds that reach far, and every find.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "tests/fuzz/targets.h"

namespace evotoken::fuzz {
namespace {

namespace fs = std::filesystem;

class CorpusTest : public ::testing::TestWithParam<NamedTarget> {};

TEST_P(CorpusTest, NoInputDoesHarm) {
  const fs::path folder = fs::path(EVOTOKEN_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().name;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  EXPECT_GE(files.size(), 3U) << folder;
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.string());
    const std::string bytes = read_file(file);
    GetParam().run(bytes);
    for (std::size_t kept = 0; kept < bytes.size(); kept += 1 + bytes.size() / 16) {
      GetParam().run(std::string_view(bytes).substr(0, kept));  // cut off
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllTargets, CorpusTest, ::testing::ValuesIn(kTargets),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace evotoken::fuzz
