// evotoken-report as a user runs it: the page, the exports, and their way back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/generations_file.h"
#include "tests/programs/run_program.h"

namespace evotoken {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ReportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* folder : {"run/eval_hard_mask", "run/eval_kSoft_3_alphaSoftMask_0.5"}) {
      reports::GenerationsFile gsm8k;
      gsm8k.items = {{"q, \"one\"", "p\n1", "\\boxed{18}<|eot_id|>", 18.0},
                     {"q two", "p 2", "no answer", -5.0}};
      write(folder, "gsm8k_128_64_0_generations.json", gsm8k);
      reports::GenerationsFile countdown;
      countdown.items = {{"Numbers: [3, 4]\nTarget: 7", "p", "\\boxed{3+4}",
                          nlohmann::ordered_json::parse("[[3,4],7]")}};
      write(folder, "countdown_128_64_0_generations.json", countdown);
      reports::GenerationsFile math;
      math.items = {{"m", "p", "\\boxed{\\frac12}", "\\frac{1}{2}"}};
      write(folder, "math500_128_64_0_generations.json", math);
    }
  }
  void write(const std::string& folder, const char* name, const reports::GenerationsFile& file) {
    reports::write_generations(place_.path() / folder / name, file);
  }
  std::string file(const std::string& name) { return read_file(place_.path() / name); }
  /// Verdicts of evotoken-score by item, over all files.
  std::vector<std::string> verdicts(const std::string& path) {
    std::vector<std::string> list;
    const auto json = place_.run("evotoken-score " + path + " --json -").json();
    for (const auto& scored : json["files"]) {
      for (const auto& item : scored["items"]) list.push_back(item["reference"].dump());
    }
    std::sort(list.begin(), list.end());
    return list;
  }
  testing::Workplace place_;
};

TEST_F(ReportTest, WritesThePageAndEveryExport) {
  const testing::Outcome outcome = place_.run(
      "evotoken-report run --title 'A & B' --markdown t.md --csv c.csv --items_csv i.csv "
      "--lm_eval lm");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("report.html: 8 items in 6 cells"));
  EXPECT_THAT(file("report.html"), HasSubstr("<title>A &amp; B</title>"));
  EXPECT_THAT(file("t.md"), HasSubstr("95% interval"));
  EXPECT_THAT(file("c.csv"), HasSubstr("reference_wilson_low_frac"));
  // The exports grade as the generations they were made from.
  const auto original = verdicts("run");
  EXPECT_EQ(original.size(), 8U);
  EXPECT_EQ(verdicts("i.csv"), original);
  EXPECT_EQ(verdicts("lm"), original);
  EXPECT_EQ(place_.run("evotoken-compare run i.csv").status, 0);
}

TEST_F(ReportTest, ReplaysTracesAndSaysWhatIsWrongWithThem) {
  const std::string step =
      R"({"step":0,"block_start":0,"chosen":[0],"revised":[],"x":[5],"confidence":[0.5]})";
  write_file_atomically(place_.path() / "run/eval_hard_mask/gsm8k_128_64_0_trace_1.jsonl",
                        step + "\n");
  write_file_atomically(place_.path() / "own.jsonl", step + "\n");
  ASSERT_EQ(place_.run("evotoken-report run --trace own.jsonl").status, 0);
  EXPECT_THAT(file("report.html"), HasSubstr("\"label\":\"gsm8k_128_64_0_trace_1\""));
  EXPECT_THAT(file("report.html"), HasSubstr("\"label\":\"own\""));

  write_file_atomically(place_.path() / "bad.jsonl", step + "\n{\"x\": [\"1\"]}\n");
  const testing::Outcome bad = place_.run("evotoken-report run --trace bad.jsonl");
  EXPECT_EQ(bad.status, 3);
  EXPECT_THAT(bad.err, HasSubstr("error: bad.jsonl:2: is no denoising step"));
}

TEST_F(ReportTest, WrongUsageAndNothingToReport) {
  EXPECT_EQ(place_.run("evotoken-report").status, 2);
  EXPECT_EQ(place_.run("evotoken-report --help").status, 0);
  const testing::Outcome nowhere = place_.run("evotoken-report nowhere");
  EXPECT_EQ(nowhere.status, 3);
  EXPECT_THAT(nowhere.err, HasSubstr("error: nowhere: is not there, expected results"));
  for (const std::string flag : {"--data_dir", "--model_path"}) {
    const testing::Outcome moved = place_.run("evotoken-report run " + flag + " moved");
    EXPECT_EQ(moved.status, 3);
    EXPECT_THAT(moved.err, HasSubstr("error: moved: is no folder"));
  }
  EXPECT_EQ(place_.run("evotoken-report run --html none").status, 0);
  EXPECT_FALSE(std::filesystem::exists(place_.path() / "report.html"));
  EXPECT_THAT(place_.run("evotoken-report run --html -").out, HasSubstr("<!doctype html>"));
}

TEST_F(ReportTest, OneExportMayHaveStdout) {
  EXPECT_THAT(place_.run("evotoken-report run --html none --csv -").out, StartsWith("task,setup,"));
  EXPECT_THAT(place_.run("evotoken-report run --html none --markdown -").out, StartsWith("## Acc"));
  const testing::Outcome two = place_.run("evotoken-report run --csv - --markdown -");
  EXPECT_EQ(two.status, 2);
  EXPECT_THAT(two.err, HasSubstr("error: --csv: \"-\", but --markdown has stdout already"));
  EXPECT_EQ(place_.run("evotoken-report run --lm_eval -").status, 2);
  EXPECT_FALSE(std::filesystem::exists(place_.path() / "-"));
}

TEST_F(ReportTest, AnEmptyLossFileIsNoReport) {
  write_file_atomically(place_.path() / "loss.jsonl", "");
  const testing::Outcome outcome = place_.run("evotoken-report --loss loss.jsonl");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("error: loss.jsonl: no line in it"));
  EXPECT_FALSE(std::filesystem::exists(place_.path() / "report.html"));
}

TEST_F(ReportTest, ACsvThatIsNoItemsTable) {
  write_file_atomically(place_.path() / "a.csv", "a,b\n1,2\n");
  const testing::Outcome outcome = place_.run("evotoken-score a.csv");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("column \"generations\" missing"));
  write_file_atomically(place_.path() / "own.csv",
                        "task,generations,ground_truth\nmath500,\\boxed{x^2},x^2\nsudoku,1,1\n");
  const auto json = place_.run("evotoken-score own.csv --json -").json();
  EXPECT_EQ(json["files"][0]["items"][0]["reference"]["correct"], true);
  EXPECT_TRUE(json["files"][0]["items"][1].contains("failed"));
}

}  // namespace
}  // namespace evotoken
