#include "reports/cell_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/accuracy_report.h"
#include "reports/export/csv.h"

namespace evotoken::reports {
namespace {

using ::testing::ElementsAre;

TEST(CellFigures, KeepTheirNamesInJsonAndCsv) {
  std::vector<std::string> names;
  std::vector<std::string> columns;
  for (const CellFigure& figure : cell_figures()) {
    names.emplace_back(figure.json_name);
    columns.push_back(figure.csv_column());
  }
  EXPECT_THAT(names, ElementsAre("decode_time_s", "tokens_per_second_to_eos", "tokens_per_second",
                                 "nfe_mean", "answers_per_second", "tokens_per_pass", "p50", "p95",
                                 "p99", "energy_j"));
  EXPECT_THAT(columns, ElementsAre("decode_time_s", "tokens_per_second_to_eos", "tokens_per_second",
                                   "nfe_mean", "answers_per_second", "tokens_per_pass",
                                   "latency_p50_s", "latency_p95_s", "latency_p99_s", "energy_j"));
  const std::string csv = cells_csv({});
  EXPECT_EQ(csv,
            "task,setup,directory,gen_length,steps,k_soft,alpha_soft_mask,items,expected_items,"
            "failed,no_gold,reference_correct,reference_processed,reference_accuracy_frac,"
            "reference_wilson_low_frac,reference_wilson_high_frac,verified_correct,"
            "verified_processed,verified_accuracy_frac,verified_wilson_low_frac,"
            "verified_wilson_high_frac,decode_time_s,tokens_per_second_to_eos,tokens_per_second,"
            "nfe_mean,answers_per_second,tokens_per_pass,latency_p50_s,latency_p95_s,latency_p99_s,"
            "energy_j\r\n");
}

TEST(CellFigures, AreWrittenInTheTitlesUnit) {
  AccuracyCell cell;
  cell.latency_s = Percentiles{0.5, 1.5, 2.0};
  cell.answers_per_second = 0.001234;
  cell.nfe_mean = 64;
  std::vector<std::string> texts;
  for (const CellFigure& figure : cell_figures()) texts.push_back(figure.text(cell));
  EXPECT_THAT(texts,
              ElementsAre("–", "–", "–", "64.0", "0.00123", "–", "500", "1500", "2000", "–"));
}

TEST(CellFigures, TheJsonOfACellHasThemAll) {
  AccuracyCell cell;
  cell.energy_j = 12.5;
  cell.no_answer = 3;
  auto json = cell_json(cell);
  EXPECT_EQ(json["energy_j"], 12.5);
  EXPECT_TRUE(json.at("nfe_mean").is_null());
  EXPECT_TRUE(json.at("latency_s").is_null());
  EXPECT_TRUE(json.at("no_answer").is_null()) << "the verified grader did not run";
  cell.verified = Accuracy{5, 10};
  cell.latency_s = Percentiles{0.5, 1.5, 2.0};
  json = cell_json(cell);
  EXPECT_EQ(json["no_answer"], 3);
  EXPECT_EQ(json["latency_s"].dump(), R"({"p50":0.5,"p95":1.5,"p99":2.0})");
}

}  // namespace
}  // namespace evotoken::reports
