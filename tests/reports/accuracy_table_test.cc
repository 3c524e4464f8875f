#include "reports/accuracy_table.h"

#include <gmock/gmock.h>

#include "reports/accuracy_report.h"

namespace evotoken::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// `processed` graded items of GSM8K at 128/64 of which the first `correct` are right.
void add_items(std::vector<ResultRecord>& records, const std::string& directory,
               std::int64_t correct, std::int64_t processed, std::int64_t rank = 0) {
  for (std::int64_t i = 0; i < processed; ++i) {
    ResultRecord record;
    record.directory = directory;
    record.setup = "gsm8k_128_64";
    record.task = "gsm8k";
    record.gen_length = 128;
    record.steps = 64;
    record.rank = rank;
    record.index = i;
    record.identity = std::to_string(rank) + "/" + std::to_string(i);
    record.reference = {18.0, i < correct};
    records.push_back(record);
  }
}

std::string evotoken(const std::string& alpha, int k = 3) {
  return "out/eval_kSoft_" + std::to_string(k) + "_alphaSoftMask_" + alpha;
}

TEST(AccuracyTable, SumsOverRanksAsPublished) {
  std::vector<ResultRecord> records;
  add_items(records, "out", 1, 1, 0);
  add_items(records, "out", 1, 5, 1);
  const AccuracyTable table = make_accuracy_table(records);
  ASSERT_EQ(table.cells.size(), 1U);
  EXPECT_EQ(table.cells[0].reference.correct, 2);
  EXPECT_EQ(table.cells[0].reference.processed, 6);  // 33.33 %, not the mean of 100 and 20
  EXPECT_EQ(table.cells[0].distinct_items, 6);
  EXPECT_THAT(accuracy_text(table), HasSubstr("33.33"));
}

TEST(AccuracyTable, WhatIsUnknownStaysUnknown) {
  std::vector<ResultRecord> records;
  add_items(records, "out", 1, 2);
  const AccuracyTable table = make_accuracy_table(records);
  const AccuracyCell& cell = table.cells[0];
  EXPECT_EQ(cell.verified.has_value(), false);
  EXPECT_EQ(cell.expected_items, std::nullopt);
  EXPECT_EQ(cell.missing(), std::nullopt);
  EXPECT_EQ(cell.decode_time_s, std::nullopt);
  EXPECT_EQ(cell.tokens_per_second, std::nullopt);
  EXPECT_EQ(cell.nfe_mean, std::nullopt);
  EXPECT_TRUE(table.best.empty());
  const auto json = summary_json(table)[0];
  for (const char* key :
       {"verified", "expected_items", "missing", "decode_time_s", "tokens_per_second_to_eos",
        "tokens_per_second", "nfe_mean", "k_soft", "alpha_soft_mask"}) {
    EXPECT_TRUE(json.at(key).is_null()) << key;
  }
  EXPECT_EQ(json["reference"]["accuracy_frac"], 0.5);
}

TEST(AccuracyTable, ASetupWithoutGradesHasNoAccuracy) {
  std::vector<ResultRecord> records;
  add_items(records, "out", 0, 1);
  records[0].reference.reset();
  records[0].failed = "out of memory";
  const AccuracyTable table = make_accuracy_table(records);
  EXPECT_EQ(table.cells[0].items, 1);
  EXPECT_EQ(table.cells[0].failed, 1);
  EXPECT_EQ(table.cells[0].reference.processed, 0);
  EXPECT_TRUE(summary_json(table)[0]["reference"]["accuracy_frac"].is_null());
  EXPECT_EQ(accuracy_text(make_accuracy_table({})), "no graded results\n");
}

TEST(AccuracyTable, FiguresNeedEveryItem) {
  std::vector<ResultRecord> records;
  add_items(records, "out", 1, 2);
  for (ResultRecord& record : records) {
    record.tokens_to_eos = 30;
    record.tokens = 128;
    record.nfe = 64;
    record.seconds = 2.0;
    record.verified = {"18", true, "correct", {}};
  }
  AccuracyCell cell = make_accuracy_table(records).cells[0];
  EXPECT_EQ(cell.decode_time_s, 4.0);
  EXPECT_EQ(cell.tokens_per_second_to_eos, 15.0);
  EXPECT_EQ(cell.tokens_per_second, 64.0);
  EXPECT_EQ(cell.nfe_mean, 64.0);
  ASSERT_TRUE(cell.verified);
  EXPECT_EQ(cell.verified->correct, 2);
  EXPECT_EQ(cell.verified_difference_frac(), 1.0 - *cell.reference.accuracy_frac());
  EXPECT_EQ(cell.answered_frac(), 1.0);
  records[0].verified = {nullptr, false, "no_answer", {"truncated"}};
  cell = make_accuracy_table(records).cells[0];
  EXPECT_EQ(cell.answered_frac(), 0.5);
  EXPECT_EQ(cell.truncated, 1);

  records[1].seconds.reset();
  records[1].verified.reset();
  cell = make_accuracy_table(records).cells[0];
  EXPECT_EQ(cell.decode_time_s, std::nullopt);
  EXPECT_EQ(cell.tokens_per_second, std::nullopt);
  EXPECT_FALSE(cell.verified);
  EXPECT_EQ(cell.nfe_mean, 64.0);
}

TEST(AccuracyTable, CountsDuplicatesMissingAndGoldless) {
  std::vector<ResultRecord> records;
  add_items(records, "out", 2, 2);
  add_items(records, "out", 2, 2);
  records[3].has_gold = false;
  const AccuracyCell cell = make_accuracy_table(records, {{{"out", "gsm8k_128_64"}, 5}}).cells[0];
  EXPECT_EQ(cell.items, 4);
  EXPECT_EQ(cell.reference.processed, 4);
  EXPECT_EQ(cell.distinct_items, 2);
  EXPECT_EQ(cell.missing(), 3);
  EXPECT_EQ(cell.no_gold, 1);
}

TEST(AccuracyTable, TakesTheMaximumOverAlphaFirstByNameOfEquals) {
  std::vector<ResultRecord> records;
  add_items(records, evotoken("0.9"), 3, 4);
  add_items(records, evotoken("0.5"), 2, 4);
  add_items(records, evotoken("0.7"), 3, 4);
  add_items(records, "out/eval_hard_mask", 4, 4);  // a baseline never is EvoToken's best
  const AccuracyTable table = make_accuracy_table(records);
  ASSERT_EQ(table.best.size(), 1U);
  EXPECT_EQ(table.best[0].reference.correct, 3);
  EXPECT_EQ(table.best[0].directory, evotoken("0.7"));
  EXPECT_EQ(table.best[0].alpha_soft_mask, "0.7");
  EXPECT_EQ(table.best[0].directories, 3);
  EXPECT_EQ(best_json(table)[0]["label"], kBestLabel);

  std::vector<std::string> order;
  for (const AccuracyCell& cell : table.cells) order.push_back(cell.directory);
  EXPECT_THAT(order,
              ElementsAre("out/eval_hard_mask", evotoken("0.5"), evotoken("0.7"), evotoken("0.9")));
}

TEST(AccuracyTable, NamesTheBiasOfTheMaximum) {
  std::vector<ResultRecord> records;
  // Two coins of equal worth: what choosing between them adds is luck.
  for (const char* alpha : {"0.5", "0.7"}) {
    add_items(records, evotoken(alpha), 0, 8);
    for (std::size_t i = records.size() - 8; i < records.size(); ++i) {
      records[i].reference->correct = (i % 2 == 0) == (alpha == std::string("0.5"));
    }
  }
  AccuracyTable table = make_accuracy_table(records);
  ASSERT_TRUE(table.best[0].selection);
  EXPECT_GT(table.best[0].selection->bias_frac(), 0.1);
  EXPECT_LT(best_json(table)[0]["selection"]["held_out_frac"], 0.5);
  EXPECT_THAT(accuracy_text(table), HasSubstr("held-out %"));
  EXPECT_THAT(selection_note(table), HasSubstr("over 1000 seeded splits"));
  table.best[0].selection->splits = 50;
  EXPECT_THAT(selection_note(table), HasSubstr("over 50 seeded splits"));
  EXPECT_EQ(selection_note({}), "");

  records.pop_back();  // other items: nothing can be said
  table = make_accuracy_table(records);
  EXPECT_FALSE(table.best[0].selection);
  EXPECT_TRUE(best_json(table)[0]["selection"].is_null());
  EXPECT_THAT(accuracy_text(table), Not(HasSubstr("held-out")));
}

TEST(AccuracyTable, SeveralSeedsHaveMeanAndDeviation) {
  std::vector<ResultRecord> records;
  add_items(records, "out/eval_hard_mask", 2, 4);
  add_items(records, "out/eval_seed_43_hard_mask", 3, 4);
  add_items(records, "out/other", 1, 4);
  const AccuracyTable table = make_accuracy_table(records);
  ASSERT_EQ(table.seeds.size(), 1U);
  EXPECT_EQ(table.seeds[0].directory, "out/eval_hard_mask");
  EXPECT_THAT(table.seeds[0].seeds, ElementsAre("42", "43"));
  EXPECT_DOUBLE_EQ(table.seeds[0].reference_frac.mean, 0.625);
  EXPECT_NEAR(*table.seeds[0].reference_frac.deviation, 0.17677669529663687, 1e-15);
  EXPECT_THAT(accuracy_text(table), HasSubstr("62.50 ± 17.68"));
  EXPECT_EQ(seeds_json(table)[0]["reference"]["runs"], 2);
}

TEST(AccuracyTable, TheSeedInADirectorysName) {
  EXPECT_EQ(without_seed("a/eval_seed_7_kSoft_3").directory, "a/eval_kSoft_3");
  EXPECT_EQ(without_seed("a/eval_seed_7").seed, "7");
  EXPECT_EQ(without_seed("a/eval_seed_x").directory, "a/eval_seed_x");
  EXPECT_EQ(without_seed("a/eval").seed, "42");
}

TEST(AccuracyTable, EveryAccuracyHasItsInterval) {
  std::vector<ResultRecord> records;
  add_items(records, "out", 3, 8);
  for (ResultRecord& record : records) record.latency_s = static_cast<double>(record.index);
  const auto cell = summary_json(make_accuracy_table(records))[0];
  EXPECT_NEAR(cell["reference"]["wilson_95_frac"][0].get<double>(), 0.1368442858, 1e-8);
  EXPECT_NEAR(cell["reference"]["wilson_95_frac"][1].get<double>(), 0.6942576054, 1e-8);
  EXPECT_EQ(cell["latency_s"]["p50"], 3.5);
}

TEST(AccuracyTable, MaximumRowsAreSortedBySetupAndKeepBasesApart) {
  std::vector<ResultRecord> records;
  add_items(records, evotoken("0.5"), 1, 2);
  add_items(records, "zeta_kSoft_3_alphaSoftMask_0.5", 2, 2);
  add_items(records, evotoken("0.5"), 0, 1);
  records.back().setup = "countdown_128_64";
  records.back().task = "countdown";
  const AccuracyTable table = make_accuracy_table(records);
  ASSERT_EQ(table.best.size(), 3U);
  EXPECT_EQ(table.best[0].setup, "countdown_128_64");
  EXPECT_EQ(table.best[1].setup, "gsm8k_128_64");
  EXPECT_EQ(table.best[2].family, "zeta");
}

TEST(AccuracyTable, MeasuredZeroBeatsUnknown) {
  std::vector<ResultRecord> records;
  add_items(records, evotoken("0.5"), 0, 1);
  records[0].reference.reset();
  add_items(records, evotoken("0.6"), 0, 1);
  EXPECT_EQ(make_accuracy_table(records).best[0].alpha_soft_mask, "0.6");
}

TEST(AccuracyReport, TextIsAligned) {
  std::vector<ResultRecord> records;
  add_items(records, "out/eval_hard_mask", 1, 3);
  add_items(records, evotoken("0.5"), 2, 3);
  add_items(records, evotoken("0.7"), 1, 3);
  const std::string text = accuracy_text(make_accuracy_table(records));
  EXPECT_THAT(text, ::testing::StartsWith(std::string(R"(
task   length  steps  directory                       reference %  95% interval  correct  verified %
-----  ------  -----  ------------------------------  -----------  ------------  -------  ----------
gsm8k     128     64  eval_hard_mask                        33.33      6.1–79.2      1/3           –
gsm8k     128     64  eval_kSoft_3_alphaSoftMask_0.5        66.67     20.8–93.9      2/3           –
gsm8k     128     64  eval_kSoft_3_alphaSoftMask_0.7        33.33      6.1–79.2      1/3           –

max over alpha (as published; selection on the test set)
setup         base      reference %  95% interval  correct  verified %  k  alpha  of directories)")
                                              .substr(1)));
}

TEST(AccuracyReport, ColumnsThatSayNothingAreLeftOut) {
  std::vector<ResultRecord> records;
  add_items(records, "out/eval_hard_mask", 1, 3);
  EXPECT_THAT(accuracy_text(make_accuracy_table(records)), ::testing::Not(HasSubstr("no gold")));
  records[0].has_gold = false;
  EXPECT_THAT(accuracy_text(make_accuracy_table(records)), HasSubstr("no gold"));
}

TEST(AccuracyReport, OneSettingHasNoMaximum) {
  std::vector<ResultRecord> records;
  add_items(records, evotoken("0.5"), 2, 3);
  EXPECT_THAT(accuracy_text(make_accuracy_table(records)),
              ::testing::Not(HasSubstr("max over alpha")));
}

TEST(AccuracyReport, MarkdownHasBothTables) {
  std::vector<ResultRecord> records;
  add_items(records, evotoken("0.5"), 2, 3);
  const std::string text = accuracy_markdown(make_accuracy_table(records));
  EXPECT_THAT(text, HasSubstr("## Accuracy\n\n| task | length |"));
  EXPECT_THAT(text, HasSubstr(std::string("## ") + kBestLabel));
  EXPECT_THAT(text,
              HasSubstr("| gsm8k_128_64 | out/eval | 66.67 | 20.8–93.9 | 2/3 | – | 3 | 0.5 | 1 |"));
}

TEST(AccuracyReport, ShowsSetupsAndFullPathsOnlyWhereNeeded) {
  std::vector<ResultRecord> records;
  add_items(records, "a/eval", 2, 3);
  EXPECT_THAT(accuracy_text(make_accuracy_table(records)), Not(HasSubstr("setup")));
  add_items(records, "b/eval", 2, 3);
  records.back().setup = "gsm8k_other_128_64";
  const std::string text = accuracy_text(make_accuracy_table(records));
  EXPECT_THAT(text, HasSubstr("gsm8k_other_128_64"));
  EXPECT_THAT(text, HasSubstr("a/eval"));
}

}  // namespace
}  // namespace evotoken::reports
