// Every item of the published LLaDA outputs, each of which was read by eye: docs/grader.md.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "base/files.h"
#include "scorers/scorer.h"
#include "tests/support.h"

namespace evotoken::scorers {
namespace {

TEST(VerifiedCorpus, CountsAreThoseThatWereRead) {
  const std::filesystem::path folder = testing::shared_dir("llada_outputs");
  if (folder.empty()) {
    GTEST_SKIP() << "NOT CHECKED: ../shared/llada_outputs is absent, so the verified graders were "
                    "not compared with the counts read by eye";
  }
  std::map<std::string, int> correct;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with("_generations.json")) continue;
    const std::string task = name.substr(0, name.find('_'));
    const VerifiedScorer scorer = find_verified_scorer(task);
    const auto file = read_json_file(entry.path());
    for (const auto& item : file.at("generations")) {
      const auto grade =
          scorer(item.at("generations").get_ref<const std::string&>(), item.at("ground_truth"));
      correct[task] += grade.correct ? 1 : 0;
      EXPECT_NE(grade.reason, reason::kScorerLimit) << name;
    }
  }
  EXPECT_EQ(correct["countdown"], 105);
  EXPECT_EQ(correct["gsm8k"], 1667);
  EXPECT_EQ(correct["math500"], 327);
}

}  // namespace
}  // namespace evotoken::scorers
