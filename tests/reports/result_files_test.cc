#include "reports/result_files.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "tests/support.h"

namespace evotoken::reports {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ResultFiles : public ::testing::Test {
 protected:
  void touch(const std::string& name) { write_file_atomically(dir_.path() / name, "{}"); }

  /// Paths below the folder.
  std::vector<std::string> names(const std::vector<fs::path>& paths) const {
    std::vector<std::string> names;
    for (const auto& path : paths) names.push_back(path.lexically_relative(dir_.path()).string());
    return names;
  }
  testing::TemporaryDir dir_;
};

TEST_F(ResultFiles, FindsThemAtAnyDepthInOrder) {
  touch("b/gsm8k_128_64_0_generations.json");
  touch("a/x/svamp_0_generations.json");
  touch("samples_gsm8k_2025.jsonl");
  touch("results.json");
  touch("a/journal.jsonl");
  touch(".hidden_0_generations.json");
  touch(".cache/gsm8k_0_generations.json");
  const FoundFiles found = find_result_files(dir_.path());
  EXPECT_THAT(names(found.files),
              ElementsAre("a/x/svamp_0_generations.json", "b/gsm8k_128_64_0_generations.json",
                          "samples_gsm8k_2025.jsonl"));
  EXPECT_THAT(found.empty_folders, IsEmpty());
}

TEST_F(ResultFiles, EmptyFoldersAreSaidFoldersOfOtherThingsAreNot) {
  touch("run/gsm8k_0_generations.json");
  touch("logs/run.log");
  touch("run_kSoft_3_alphaSoftMask_0.5/run.log");
  fs::create_directories(dir_.path() / "nothing");
  EXPECT_THAT(names(find_result_files(dir_.path()).empty_folders),
              ElementsAre("nothing", "run_kSoft_3_alphaSoftMask_0.5"));
  EXPECT_THAT(names(find_result_files(dir_.path() / "logs").empty_folders), ElementsAre("logs"));
}

TEST_F(ResultFiles, FollowsLinksOnce) {
  touch("run/gsm8k_0_generations.json");
  fs::create_directory_symlink(dir_.path(), dir_.path() / "run" / "loop");
  EXPECT_THAT(names(find_result_files(dir_.path()).files),
              ElementsAre("run/gsm8k_0_generations.json"));
}

TEST_F(ResultFiles, AFolderThatIsNotThereIsUnreadable) {
  EXPECT_EQ(find_result_files(dir_.path() / "nowhere").unreadable_folders.size(), 1U);
}

}  // namespace
}  // namespace evotoken::reports
