// CSV and lm-eval files: what other tools read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "reports/export/csv.h"
#include "reports/export/lm_eval.h"
#include "reports/export/lm_eval_results.h"
#include "tests/support.h"

namespace evotoken::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Two GSM8K items, the first right, with texts that need quoting; verified grades on request.
ReportContent content(bool verified = false) {
  ReportContent made;
  for (std::int64_t i = 0; i < 2; ++i) {
    ResultRecord record;
    record.directory = "out/eval_hard_mask";
    record.setup = "gsm8k_128_64";
    record.task = "gsm8k";
    record.gen_length = 128;
    record.steps = 64;
    record.index = i;
    record.identity = std::to_string(i);
    record.reference = ReferenceGrade{18.0, i == 0};
    if (verified) record.verified = VerifiedGrade{"18", true, "correct", {}};
    made.records.push_back(record);
    made.texts.push_back(
        {"How many, \"exactly\"?\nTell.", "p" + std::to_string(i), "=18,\r\n", 18.0, "", ""});
  }
  made.table = make_accuracy_table(made.records);
  made.runs = {{"out/eval_hard_mask",
                {{"provenance", {{"device", "cpu"}, {"flags", {{"model_path", "m"}}}}}}}};
  return made;
}

TEST(Csv, FieldsComeBackAsTheyWere) {
  const auto rows = parse_csv(items_csv(content()), "items.csv");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0][5], "question");
  EXPECT_EQ(rows[1][5], "How many, \"exactly\"?\nTell.");
  EXPECT_EQ(rows[1][7], "=18,\r\n");
  EXPECT_EQ(rows[1][8], "18.0");
  EXPECT_EQ(rows[1][10], "true");
  EXPECT_EQ(rows[2][10], "false");
  EXPECT_EQ(rows[1][12], "");  // no verified grade
  EXPECT_EQ(parse_csv(items_csv(content(true)), "items.csv")[1][12], "true");
}

TEST(Csv, ARowACellWithIntervals) {
  const auto rows = parse_csv(cells_csv(content().table), "cells.csv");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].size(), rows[1].size());
  EXPECT_EQ(rows[1][11], "1");
  EXPECT_EQ(rows[1][13], "0.5");
  EXPECT_THAT(rows[1][14], StartsWith("0.094"));
  EXPECT_EQ(rows[1][18], "");
}

TEST(Csv, ReadsWhatOthersWrite) {
  EXPECT_THAT(parse_csv("\xEF\xBB\xBF"
                        "a,b\n1,\n\n\"x\"\"y\",\"\"",
                        "f"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("1", ""), ElementsAre("x\"y", "")));
  EXPECT_TRUE(parse_csv("", "f").empty());
  EXPECT_THROW(parse_csv("a,b\n1,2,3\n", "f"), DataError);
  EXPECT_THROW(parse_csv("a\n\"never closed", "f"), DataError);
}

nlohmann::ordered_json json_of(const ExportedFile& file) {
  return nlohmann::ordered_json::parse(file.content.substr(0, file.content.find("\n{")));
}

const std::chrono::system_clock::time_point kTime{std::chrono::seconds(1738331107)};

// The fields are those of lm_eval 0.4.13's result_schema.py; lm_eval/check_with_lm_eval.py reads an
// export with that package itself.
TEST(LmEval, ResultsHaveTheFieldsOfItsSchema) {
  const auto files = lm_eval_files(content(), kTime);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].path, "eval_hard_mask/results_2025-01-31T13-45-07.000000.json");
  const auto json = json_of(files[0]);
  const auto metrics = json["results"]["gsm8k_128_64"];
  EXPECT_EQ(metrics["exact_match,reference"], 0.5);
  EXPECT_DOUBLE_EQ(metrics["exact_match_stderr,reference"].get<double>(), 0.5);
  EXPECT_FALSE(metrics.contains("exact_match,verified"));
  for (const char* key : {"group_subtasks", "configs", "versions", "n-shot", "higher_is_better",
                          "n-samples", "config", "git_hash", "date", "model_name"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  EXPECT_EQ(json["n-samples"]["gsm8k_128_64"]["effective"], 2);
  EXPECT_EQ(json["config"]["device"], "cpu");
}

TEST(LmEval, SamplesHaveTheFieldsOfItsSchema) {
  const auto files = lm_eval_files(content(true), kTime);
  EXPECT_EQ(files[1].path, "eval_hard_mask/samples_gsm8k_128_64_2025-01-31T13-45-07.000000.jsonl");
  // Both filters, each with both samples.
  EXPECT_EQ(std::count(files[1].content.begin(), files[1].content.end(), '\n'), 4);
  EXPECT_THAT(files[1].content, HasSubstr("\"filter\":\"verified\""));
  const auto sample = json_of(files[1]);
  for (const char* key :
       {"doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics",
        "doc_hash", "prompt_hash", "target_hash", "exact_match"}) {
    EXPECT_TRUE(sample.contains(key)) << key;
  }
  EXPECT_EQ(sample["resps"].dump(), R"([["=18,\r\n"]])");
  EXPECT_EQ(sample["target"], "18.0");
  EXPECT_EQ(sample["exact_match"], 1.0);
}

TEST(LmEval, ResultsAreReadBack) {
  const testing::TemporaryDir dir;
  const std::filesystem::path path = dir.path() / "results_2025-01-31T13-45-07.000000.json";
  write_file_atomically(path, lm_eval_files(content(true), kTime)[0].content);
  const auto figures = read_lm_eval_results(path);
  ASSERT_EQ(figures.size(), 2U);
  EXPECT_EQ(figures[0].task, "gsm8k_128_64");
  EXPECT_EQ(figures[0].metric, "exact_match");
  EXPECT_EQ(figures[0].filter, "reference");
  EXPECT_EQ(figures[0].value, 0.5);
  EXPECT_EQ(figures[0].deviation, 0.5);
  EXPECT_EQ(figures[0].samples, 2);
  EXPECT_EQ(figures[1].filter, "verified");

  write_file_atomically(path,
                        R"({"results": {"a": {"acc": 0.25, "acc_stderr": "N/A", "x": "y"}}})");
  EXPECT_EQ(read_lm_eval_results(path)[0].filter, "");
  EXPECT_EQ(read_lm_eval_results(path)[0].deviation, std::nullopt);
  EXPECT_EQ(read_lm_eval_results(path).size(), 1U);
  write_file_atomically(path, "[]");
  EXPECT_THROW(read_lm_eval_results(path), DataError);
  EXPECT_TRUE(is_lm_eval_results_filename("results_2025.json"));
  EXPECT_FALSE(is_lm_eval_results_filename("results.json"));
}

}  // namespace
}  // namespace evotoken::reports
