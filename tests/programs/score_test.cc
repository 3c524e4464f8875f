// evotoken-score as a user runs it: grades, tables, audits, exit statuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/generations_file.h"
#include "tests/programs/run_program.h"

namespace evotoken {
namespace {

using nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;

class ScoreTest : public ::testing::Test {
 protected:
  /// Runs the program in the test's folder with `arguments` (shell words) and `input` as stdin.
  Outcome run(const std::string& arguments, const std::string& input = "") {
    return place_.run("evotoken-score " + arguments, input);
  }
  void write(const std::string& name, const std::string& content) {
    write_file_atomically(place_.path() / name, content);
  }
  /// A published GSM8K file of `texts`, all with the gold 18.
  void write_gsm8k(const std::string& name, const std::vector<std::string>& texts) {
    reports::GenerationsFile file;
    for (const std::string& text : texts) {
      const std::string question = name + "/" + std::to_string(file.items.size());
      file.items.push_back({question, std::nullopt, text, 18.0});
    }
    reports::write_generations(place_.path() / name, file);
  }
  std::filesystem::path path(const std::string& name) const { return place_.path() / name; }

 private:
  testing::Workplace place_;
};

const std::string kRight = "\\boxed{18}<|eot_id|>";
const std::string kWrong = "\\boxed{19}";

TEST_F(ScoreTest, PrintsTheTableAndTheMaximumOverAlpha) {
  write_gsm8k("eval_kSoft_3_alphaSoftMask_0.5/gsm8k_128_64_0_generations.json", {kRight, kWrong});
  write_gsm8k("eval_kSoft_3_alphaSoftMask_0.5/gsm8k_128_64_1_generations.json", {kRight});
  write_gsm8k("eval_kSoft_3_alphaSoftMask_0.7/gsm8k_128_64_0_generations.json", {kWrong});
  write_gsm8k("eval_hard_mask/gsm8k_128_64_0_generations.json", {kRight});
  const Outcome outcome = run(".");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(
      outcome.out,
      R"(task   length  steps  directory                       reference %  95% interval  correct  verified %  difference  answered %  missing
-----  ------  -----  ------------------------------  -----------  ------------  -------  ----------  ----------  ----------  -------
gsm8k     128     64  eval_hard_mask                       100.00    20.7–100.0      1/1      100.00       +0.00      100.00     1318
gsm8k     128     64  eval_kSoft_3_alphaSoftMask_0.5        66.67     20.8–93.9      2/3       66.67       +0.00      100.00     1316
gsm8k     128     64  eval_kSoft_3_alphaSoftMask_0.7         0.00      0.0–79.3      0/1        0.00       +0.00      100.00     1318

max over alpha (as published; selection on the test set)
setup         base  reference %  95% interval  correct  verified %  k  alpha  of directories
------------  ----  -----------  ------------  -------  ----------  -  -----  --------------
gsm8k_128_64  eval        66.67     20.8–93.9      2/3       66.67  3    0.5               2
)");
  EXPECT_THAT(outcome.err, HasSubstr("audit: 4 files, 5 items: 3 findings"));
}

TEST_F(ScoreTest, JsonHasEveryGradeAndNullWhereUnknown) {
  write_gsm8k("run/gsm8k_128_64_0_generations.json", {kRight, "no answer"});
  const Outcome outcome = run("run --json -");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const auto json = outcome.json();
  EXPECT_EQ(json["files"][0]["path"], "run/gsm8k_128_64_0_generations.json");
  EXPECT_EQ(json["files"][0]["task"], "gsm8k");
  EXPECT_EQ(json["files"][0]["items"].dump(),
            R"([{"index":0,"reference":{"answer":18.0,"correct":true},)"
            R"("verified":{"answer":"18","correct":true,"reason":"correct","flags":[]}},)"
            R"({"index":1,"reference":{"answer":null,"correct":false},)"
            R"("verified":{"answer":null,"correct":false,"reason":"no_answer",)"
            R"("flags":["truncated"]}}])");
  EXPECT_EQ(json["summary"][0]["setup"], "gsm8k_128_64");
  EXPECT_EQ(json["summary"][0]["reference"]["correct"], 1);
  EXPECT_EQ(json["summary"][0]["verified"]["correct"], 1);
  EXPECT_EQ(json["summary"][0]["answered_frac"], 0.5);
  EXPECT_EQ(json["summary"][0]["truncated"], 1);
  EXPECT_EQ(json["audit"]["findings"][0]["kind"], "missing_items");
  EXPECT_THAT(outcome.err, HasSubstr("50.00"));  // the table is there, but not on stdout

  const Outcome to_file = run("run --json out.json");
  EXPECT_THAT(to_file.out, HasSubstr("50.00"));
  EXPECT_EQ(read_json_file(path("out.json")), json);
}

TEST_F(ScoreTest, ShowsItemsWithBothExtractions) {
  write_gsm8k("run/gsm8k_128_64_0_generations.json",
              {kRight, "so \\boxed{1,8} no, \\boxed{18 eggs}<|eot_id|>", kWrong});
  const Outcome shown = run("run --show disagreements");
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("run/gsm8k_128_64_0_generations.json item 1 (gsm8k)\n"
                                   "  gold       18.0\n"
                                   "  reference  wrong    1.0\n"
                                   "  verified   correct  \"18\" (correct: units)\n"
                                   "so \\boxed{1,8} no"));
  EXPECT_THAT(shown.out, Not(HasSubstr("item 0")));
  EXPECT_THAT(run("run --show wrong").out, HasSubstr("item 2"));
  EXPECT_EQ(run("run --show nothing").status, 2);
}

TEST_F(ScoreTest, NegativeGoldsAreReadFromTheData) {
  write("data/test.jsonl", R"({"question":"q","answer":"so\n#### -10"})"
                           "\n");
  write("run/gsm8k_128_64_0_generations.json",
        R"({"generations":[{"question":"q","generations":"\\boxed{-10}","ground_truth":null}]})");
  const auto verified = [&](const std::string& flags) {
    return run("run --json -" + flags).json()["files"][0]["items"][0]["verified"]["reason"];
  };
  EXPECT_EQ(verified(""), "no_gold");
  EXPECT_EQ(verified(" --data_dir data"), "correct");
}

TEST_F(ScoreTest, JsonLinesFromAFileAndFromStdin) {
  const std::string lines =
      R"({"task":"gsm8k","generations":"\\boxed{18}","ground_truth":18.0})"
      "\n\n"
      R"({"task":"math","generations":"\\boxed{\\frac12}","ground_truth":"\\frac{1}{2}"})"
      "\r\n"
      R"({"task":"countdown","generations":"\\boxed{3+4}","ground_truth":[[3,4],7]})"
      "\n"
      R"({"task":"svamp","generations":"","ground_truth":NaN})";
  write("lines.jsonl", lines);
  const Outcome outcome = run("lines.jsonl --json -");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const auto file = outcome.json()["files"][0];
  EXPECT_TRUE(file["task"].is_null());  // several
  ASSERT_EQ(file["items"].size(), 4U);
  EXPECT_EQ(file["items"][1]["task"], "math500");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(file["items"][i]["reference"]["correct"], true) << i;
  EXPECT_EQ(file["items"][3]["reference"]["correct"], false);
  EXPECT_THAT(outcome.err, Not(HasSubstr("missing_items")));

  const auto from_stdin = run("- --json -", lines).json();
  EXPECT_EQ(from_stdin["files"][0]["path"], "-");
  EXPECT_EQ(from_stdin["files"][0]["items"], file["items"]);
}

TEST_F(ScoreTest, TheOutputDoesNotDependOnTheThreads) {
  std::string lines;  // several blocks
  for (int i = 0; i < 3000; ++i) {
    const std::string question = std::to_string(i % 2900) + std::string(300, 'q');
    lines += ordered_json({{"task", i % 7 == 0 ? "svamp" : "gsm8k"},
                           {"question", question},
                           {"generations", "\\boxed{" + std::to_string(i % 5) + "}"},
                           {"ground_truth", 3}})
                 .dump() +
             "\n";
  }
  write("lines.jsonl", lines);
  for (int rank = 0; rank < 5; ++rank) {
    write_gsm8k("run/gsm8k_128_64_" + std::to_string(rank) + "_generations.json",
                {kRight, kWrong, std::to_string(rank)});
  }
  write("run/gsm8k_128_64_5_generations.json", "{\"generations\": [");
  const std::string flags = " --show disagreements --json out.json";
  const Outcome one = run("run lines.jsonl --threads 1" + flags);
  const std::string json = read_file(path("out.json"));
  EXPECT_EQ(ordered_json::parse(json)["files"][6]["items"].size(), 3000U);
  EXPECT_EQ(ordered_json::parse(json)["files"][6]["items"][2999]["index"], 2999);
  EXPECT_THAT(one.err, HasSubstr("200 of its 3000 items are counted more than once"));
  EXPECT_THAT(one.err, HasSubstr("item 0 is item 2900 of itself (\"0qqqq"));
  for (const std::string threads : {"2", "5"}) {
    const Outcome several = run("run lines.jsonl --threads " + threads + flags);
    EXPECT_EQ(several.status, one.status);
    EXPECT_EQ(several.out, one.out);
    EXPECT_EQ(several.err, one.err);
    EXPECT_EQ(read_file(path("out.json")), json);
  }
  const Outcome from_stdin = run("- --threads 2", lines);
  EXPECT_THAT(from_stdin.err, HasSubstr("item 0 is item 2900 of itself (\"0qqqq"));
  EXPECT_EQ(run("run --threads 0").status, 2);
}

TEST_F(ScoreTest, OneBadLineIsCountedAndShown) {
  const Outcome outcome = run("- --json -",
                              "{\"task\":\"gsm8k\",\"generations\":\"7\",\"ground_truth\":7}\n"
                              "{\"task\":\"sudoku\",\"generations\":\"7\",\"ground_truth\":7}\n"
                              "{\"generations\":\"7\",\"ground_truth\":7}\n"
                              "{\"task\":\"gsm8k\",\"ground_truth\":7}\n"
                              "{\"task\":\"gsm8k\",\"generations\":\"7\"}\n"
                              "{\"task\":\"countdown\",\"generations\":\"7\",\"ground_truth\":7}\n"
                              "[1]\n"
                              "{\"task\":\"gsm8k\",\"gener");
  EXPECT_EQ(outcome.status, 0);
  const auto json = outcome.json();
  const auto& items = json["files"][0]["items"];
  ASSERT_EQ(items.size(), 8U);
  EXPECT_FALSE(items[0].contains("failed"));
  for (int i = 1; i < 8; ++i) {
    EXPECT_TRUE(items[i]["reference"].is_null()) << i;
    EXPECT_TRUE(items[i].contains("failed")) << i;
  }
  EXPECT_THAT(items[1]["failed"].get<std::string>(), HasSubstr("expected one of countdown, gsm8k"));
  EXPECT_THAT(items[7]["failed"].get<std::string>(), HasSubstr("-:8: cut off"));
  EXPECT_THAT(outcome.err, HasSubstr("failed_items: -: 7 of 8 items could not be graded"));
}

TEST_F(ScoreTest, TaskOverridesTheNameAndFillsIn) {
  write_gsm8k("sudoku_128_64_0_generations.json", {kRight});
  const Outcome unknown = run(".");
  EXPECT_EQ(unknown.status, 3);
  EXPECT_THAT(unknown.err, HasSubstr("unknown_task: ./sudoku_128_64_0_generations.json"));
  const Outcome known = run(". --task svamp --json -");
  EXPECT_EQ(known.status, 0) << known.err;
  EXPECT_EQ(known.json()["files"][0]["task"], "svamp");
  const Outcome lines =
      run("- --task gsm8k --json -", R"({"generations":"\\boxed{18}","ground_truth":18})");
  EXPECT_EQ(lines.json()["files"][0]["items"][0]["reference"]["correct"], true);
}

TEST_F(ScoreTest, AnUnreadableFileDoesNotHideTheOthers) {
  write_gsm8k("gsm8k_128_64_0_generations.json", {kRight});
  write("gsm8k_128_64_1_generations.json", "{\"generations\": [");
  const Outcome outcome = run(". --json -");
  EXPECT_EQ(outcome.status, 3);
  const auto json = outcome.json();
  EXPECT_EQ(json["summary"][0]["reference"]["correct"], 1);
  EXPECT_THAT(json["files"][1]["error"].get<std::string>(), HasSubstr("cut off"));
  EXPECT_TRUE(json["files"][1]["items"].empty());
  EXPECT_THAT(outcome.err, HasSubstr("unreadable_file"));
}

TEST_F(ScoreTest, ABadItemOfAPublishedFileKeepsItsIndex) {
  write("gsm8k_128_64_0_generations.json",
        R"({"generations": [{"question": "q"},
            {"question": "r", "generations": "\\boxed{1}", "ground_truth": 1.0}]})");
  const Outcome outcome = run(". --json -");
  EXPECT_EQ(outcome.status, 0);
  const auto json = outcome.json();
  EXPECT_TRUE(json["files"][0]["items"][0].contains("failed"));
  EXPECT_EQ(json["files"][0]["items"][1]["reference"]["correct"], true);
  EXPECT_EQ(json["summary"][0]["failed"], 1);
  EXPECT_EQ(json["summary"][0]["reference"]["processed"], 1);
}

TEST_F(ScoreTest, AFileNamedTwiceCountsOnce) {
  write_gsm8k("run/gsm8k_128_64_0_generations.json", {kRight});
  const auto json = run("run run/gsm8k_128_64_0_generations.json ./run --json -").json();
  EXPECT_EQ(json["files"].size(), 1U);
}

TEST_F(ScoreTest, NothingToGradeAndWrongUsage) {
  EXPECT_EQ(run("").status, 2);
  EXPECT_EQ(run("--help").status, 0);
  EXPECT_EQ(run(". --task sudoku").status, 2);
  EXPECT_THAT(run(". --task sudoku").err, HasSubstr("error: task: \"sudoku\" is unknown"));
  const Outcome empty = run(".");
  EXPECT_EQ(empty.status, 3);
  EXPECT_THAT(empty.err, HasSubstr("empty_directory: .: holds no results"));
  const Outcome absent = run("nowhere");
  EXPECT_EQ(absent.status, 3);
  EXPECT_THAT(absent.err, HasSubstr("unreadable_file: nowhere: cannot be read"));
  EXPECT_THAT(absent.err, HasSubstr("\nerror: results: not all could be graded, expected"));
}

TEST_F(ScoreTest, TheJsonReplacesNoFolderAndNoDevice) {
  write_file_atomically(path("a.jsonl"), R"({"task":"svamp","generations":"5","ground_truth":5})");
  const Outcome folder = run("a.jsonl --json .");
  EXPECT_EQ(folder.status, 4);
  EXPECT_THAT(folder.err, HasSubstr("error: .: is a folder, expected the name of a file"));
  EXPECT_EQ(run("a.jsonl --json /dev/null").status, 0);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  std::filesystem::create_symlink("linked.json", path("link"));
  EXPECT_EQ(run("a.jsonl --json link").status, 0);
  EXPECT_EQ(read_json_file(path("linked.json"))["files"].size(), 1U);
  EXPECT_EQ(run("a.jsonl nowhere --json out.json").status, 3);
  EXPECT_EQ(read_json_file(path("out.json"))["files"].size(), 2U);
}

TEST_F(ScoreTest, AgreesWithThePublishedParserOnRealOutputs) {
  const auto folder = testing::shared_dir("llada_outputs");
  if (folder.empty()) GTEST_SKIP() << "no shared/llada_outputs beside the checkout";
  const Outcome outcome = run(folder.string() + " --json -");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const auto expected = read_json_file(folder / "reference_scores.json");
  const auto json = outcome.json();
  EXPECT_EQ(json["files"].size(), expected.size());
  for (const auto& file : json["files"]) {
    const std::string name = std::filesystem::path(file["path"]).filename().string();
    const auto& published = expected.at(name);
    std::int64_t correct = 0;
    for (std::size_t i = 0; i < file["items"].size(); ++i) {
      const auto& reference = file["items"][i]["reference"];
      if (reference["correct"] == true) ++correct;
      EXPECT_EQ(reference["answer"], published["items"][i]["extracted_answer"]) << name << " " << i;
    }
    EXPECT_EQ(correct, published["correct"]) << name;
    EXPECT_EQ(file["items"].size(), published["processed"]) << name;
  }
  EXPECT_THAT(outcome.err, HasSubstr("gsm8k_instruct_256_128: no file of rank 4"));
  EXPECT_THAT(outcome.err, HasSubstr("189 of 1319 items are missing"));
}

}  // namespace
}  // namespace evotoken
