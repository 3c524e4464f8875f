// Every item of the published LLaDA outputs: extraction and verdict equal the published parser's.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/files.h"
#include "scorers/scorer.h"
#include "tests/support.h"

namespace evotoken::scorers {
namespace {

using Clock = std::chrono::steady_clock;

// The published rule: the first of these that the name contains.
std::string task_of(std::string_view file) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTasks = {
      {{"gsm", "gsm8k"}, {"svamp", "svamp"}, {"math", "math500"}, {"countdown", "countdown"}}};
  for (const auto& [part, task] : kTasks) {
    if (file.find(part) != std::string_view::npos) return std::string(task);
  }
  return "none";
}

TEST(ReferenceCorpus, AgreesWithThePublishedParserOnEveryItem) {
  const std::filesystem::path folder = testing::shared_dir("llada_outputs");
  if (folder.empty()) {
    GTEST_SKIP() << "NOT CHECKED: ../shared/llada_outputs is absent, so the reference graders were "
                    "not compared with the published parser's scores";
  }
  const auto scores = read_json_file(folder / "reference_scores.json");
  std::size_t items = 0;
  Clock::duration grading{};
  for (const auto& [file, score] : scores.items()) {
    const ReferenceScorer scorer = find_reference_scorer(task_of(file));
    const auto generations = read_json_file(folder / file).at("generations");
    const auto& expected = score.at("items");
    ASSERT_EQ(generations.size(), expected.size()) << file;
    std::size_t correct = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto& text = generations[i].at("generations").get_ref<const std::string&>();
      const Clock::time_point start = Clock::now();
      const Grade grade = scorer(text, generations[i].at("ground_truth"));
      grading += Clock::now() - start;
      EXPECT_EQ(grade.answer, expected[i].at("extracted_answer")) << file << ", item " << i;
      EXPECT_EQ(grade.correct, expected[i].at("is_correct")) << file << ", item " << i;
      correct += grade.correct ? 1 : 0;
    }
    EXPECT_EQ(correct, score.at("correct")) << file;
    items += expected.size();
  }
  EXPECT_EQ(items, 3772U);
  RecordProperty("items", static_cast<int>(items));
  RecordProperty(
      "grading_us",
      static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(grading).count()));
}

}  // namespace
}  // namespace evotoken::scorers
