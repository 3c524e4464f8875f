// evotoken-compare as a user runs it: folders, files, baselines, reports, exit statuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/generations_file.h"
#include "tests/programs/run_program.h"

namespace evotoken {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CompareTest : public ::testing::Test {
 protected:
  /// A published GSM8K file whose n-th item is right where `verdicts` has '+'.
  void write_run(const std::string& folder, const std::string& verdicts,
                 const std::string& prompt = "Solve: ") {
    reports::GenerationsFile file;
    for (const char verdict : verdicts) {
      const std::string question = "question " + std::to_string(file.items.size());
      file.items.push_back(
          {question, prompt + question, verdict == '+' ? "\\boxed{18}" : "\\boxed{19}", 18.0});
    }
    reports::write_generations(place_.path() / folder / "gsm8k_128_64_0_generations.json", file);
  }
  testing::Outcome compare(const std::string& arguments) {
    return place_.run("evotoken-compare " + arguments);
  }
  std::string file(const std::string& name) { return read_file(place_.path() / name); }
  testing::Workplace place_;
};

TEST_F(CompareTest, PassesFailsAndRefuses) {
  write_run("before", "+++-");
  write_run("same", "+++-");
  write_run("worse", "++--");
  write_run("fewer", "+++");
  write_run("reworded", "+++-", "Please solve: ");
  EXPECT_EQ(compare("before same").status, 0);
  const testing::Outcome worse = compare("before worse");
  EXPECT_EQ(worse.status, 1);
  EXPECT_THAT(worse.out, HasSubstr("REGRESSION in 1 of 1 setups"));
  EXPECT_EQ(compare("before worse --max_drop_points 30").status, 0);
  const testing::Outcome fewer = compare("before fewer");
  EXPECT_EQ(fewer.status, 3);
  EXPECT_THAT(fewer.out, HasSubstr("other items: 1 of the baseline's 4"));
  EXPECT_THAT(fewer.err, HasSubstr("error: fewer: cannot be compared"));
  EXPECT_EQ(compare("before fewer --allow_different_items").status, 0);
  EXPECT_EQ(compare("before reworded").status, 3);
  EXPECT_EQ(compare("before reworded --allow_different_prompts").status, 0);
}

TEST_F(CompareTest, TakesFilesResultsJsonAndBaselines) {
  write_run("before", "+++-");
  write_run("worse", "++--");
  write_file_atomically(place_.path() / "worse/results.json", "{\"cells\": []}");
  EXPECT_EQ(compare("before/gsm8k_128_64_0_generations.json worse/results.json").status, 1);
  EXPECT_EQ(compare("before --write_baseline ci/baseline.json").status, 0);
  EXPECT_EQ(compare("ci/baseline.json before").status, 0);
  EXPECT_EQ(compare("ci/baseline.json worse").status, 1);
}

TEST_F(CompareTest, WritesJUnitMarkdownAndJson) {
  write_run("before", "+++-");
  write_run("worse", "++--");
  const testing::Outcome outcome =
      compare("before worse --junit out/junit.xml --markdown out/comment.md --json -");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.json()["cells"][0]["graders"][0]["flips"][0]["question"], "question 2");
  EXPECT_THAT(outcome.err, HasSubstr("REGRESSION"));
  EXPECT_THAT(file("out/junit.xml"), HasSubstr("<failure type=\"regression\""));
  EXPECT_THAT(file("out/comment.md"), HasSubstr("### Accuracy: REGRESSION"));
  // The same numbers whenever it is run.
  EXPECT_EQ(compare("before worse --json -").json(), outcome.json());
}

TEST_F(CompareTest, OneOfItsReportsMayHaveStdout) {
  write_run("before", "+++-");
  const testing::Outcome comment = compare("before before --markdown -");
  EXPECT_THAT(comment.out, ::testing::StartsWith("### Accuracy"));
  EXPECT_THAT(comment.err, HasSubstr("gsm8k_128_64")) << "the table makes room";
  EXPECT_THAT(compare("before before --junit -").out, ::testing::StartsWith("<?xml"));
  EXPECT_EQ(compare("before before --junit - --json -").status, 2);
  EXPECT_EQ(compare("before --write_baseline -").status, 2);
  EXPECT_FALSE(std::filesystem::exists(place_.path() / "-"));
}

TEST_F(CompareTest, WrongUsageAndUnreadableRuns) {
  write_run("before", "+");
  EXPECT_EQ(compare("").status, 2);
  EXPECT_EQ(compare("before").status, 2);
  EXPECT_EQ(compare("before before --alpha 2").status, 2);
  EXPECT_EQ(compare("before before --grader gut_feeling").status, 2);
  EXPECT_EQ(compare("--help").status, 0);
  EXPECT_EQ(compare("before nowhere").status, 3);
  write_file_atomically(place_.path() / "cut/gsm8k_128_64_0_generations.json", "{\"gener");
  const testing::Outcome cut = compare("before cut");
  EXPECT_EQ(cut.status, 3);
  EXPECT_THAT(cut.err, HasSubstr("error: "));
  EXPECT_THAT(cut.out, Not(HasSubstr("regression")));
}

}  // namespace
}  // namespace evotoken
