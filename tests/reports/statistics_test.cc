// reports/statistics against SciPy and statsmodels: the figures, and which versions made them,
// stand in statistics/tables.json; statistics/make_tables.py writes it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <stdexcept>

#include "base/files.h"
#include "reports/statistics/bootstrap.h"
#include "reports/statistics/holm.h"
#include "reports/statistics/mcnemar.h"
#include "reports/statistics/selection.h"
#include "reports/statistics/summary.h"
#include "reports/statistics/wilson.h"

namespace evotoken::reports {
namespace {

using nlohmann::ordered_json;

const ordered_json& tables() {
  static const ordered_json kTables =
      read_json_file(EVOTOKEN_SOURCE_DIR "/tests/reports/statistics/tables.json");
  return kTables;
}

TEST(Wilson, AgreesWithStatsmodels) {
  ASSERT_FALSE(tables()["wilson"].empty());
  for (const auto& row : tables()["wilson"]) {
    const auto interval = wilson_interval(row[0], row[1], row[2]);
    ASSERT_TRUE(interval);
    EXPECT_NEAR(interval->low, row[3].get<double>(), 1e-12) << row;
    EXPECT_NEAR(interval->high, row[4].get<double>(), 1e-12) << row;
  }
}

TEST(Wilson, NothingOfNothingAndWrongCounts) {
  EXPECT_FALSE(wilson_interval(0, 0));
  EXPECT_THROW(wilson_interval(2, 1), std::invalid_argument);
  EXPECT_THROW(wilson_interval(-1, 1), std::invalid_argument);
  EXPECT_THROW(wilson_interval(1, 2, 1.0), std::invalid_argument);
}

TEST(NormalQuantile, AgreesWithScipy) {
  for (const auto& row : tables()["normal_quantile"]) {
    EXPECT_NEAR(normal_quantile(row[0]), row[1].get<double>(), 1e-12) << row;
  }
  EXPECT_THROW(normal_quantile(0), std::invalid_argument);
}

TEST(McNemar, AgreesWithStatsmodelsAndScipy) {
  for (const auto& row : tables()["mcnemar"]) {
    EXPECT_NEAR(mid_p_mcnemar(row[0], row[1]), row[3].get<double>(), 1e-10) << row;
  }
  EXPECT_THROW(mid_p_mcnemar(-1, 2), std::invalid_argument);
}

TEST(McNemar, CountsGiveTheDifference) {
  EXPECT_DOUBLE_EQ((PairedCounts{70, 10, 15, 5}.difference_frac()), 0.05);
  EXPECT_EQ(PairedCounts{}.difference_frac(), 0);
}

std::vector<double> differences(const ordered_json& row) {
  std::vector<double> values(row[0].get<std::size_t>(), -1.0);
  values.insert(values.end(), row[1].get<std::size_t>(), 1.0);
  values.insert(values.end(), row[2].get<std::size_t>(), 0.0);
  return values;
}

// Two programs that resample differ by the Monte Carlo error of a quantile: for a normal mean of
// standard error s and B resamples, sqrt(q(1−q)/B) / φ(z_q) · s = 0.027 s for B = 10,000 and
// q = 0.025. Four of that, and one item, since the means are whole items apart.
TEST(PairedBootstrap, AgreesWithScipyWithinTheErrorOfResampling) {
  for (const auto& row : tables()["bootstrap"]) {
    const std::vector<double> values = differences(row);
    const auto n = static_cast<double>(values.size());
    const double error = mean_and_deviation(values)->deviation.value_or(0) / std::sqrt(n);
    const auto interval = paired_bootstrap(values);
    ASSERT_TRUE(interval);
    EXPECT_NEAR(interval->low, row[3].get<double>(), 4 * 0.027 * error + 1 / n) << row;
    EXPECT_NEAR(interval->high, row[4].get<double>(), 4 * 0.027 * error + 1 / n) << row;
  }
}

TEST(PairedBootstrap, TheSeedAloneDecides) {
  const std::vector<double> values = differences(tables()["bootstrap"][2]);
  const auto one = paired_bootstrap(values, {.resamples = 999, .seed = 7});
  const auto same = paired_bootstrap(values, {.resamples = 999, .seed = 7});
  const auto other = paired_bootstrap(values, {.resamples = 999, .seed = 8});
  EXPECT_EQ(one->low, same->low);
  EXPECT_EQ(one->high, same->high);
  EXPECT_TRUE(one->low != other->low || one->high != other->high);
  EXPECT_FALSE(paired_bootstrap({}));
  EXPECT_THROW(paired_bootstrap(values, {.resamples = 0}), std::invalid_argument);
}

TEST(Holm, AgreesWithStatsmodels) {
  for (const auto& row : tables()["holm"]) {
    const auto p = row[0].get<std::vector<double>>();
    const auto adjusted = holm_adjust(p);
    ASSERT_EQ(adjusted.size(), p.size());
    for (std::size_t i = 0; i < p.size(); ++i) {
      EXPECT_NEAR(adjusted[i], row[1][i].get<double>(), 1e-14) << row;
    }
  }
  EXPECT_TRUE(holm_adjust({}).empty());
  EXPECT_THROW(holm_adjust(std::vector<double>{1.5}), std::invalid_argument);
}

TEST(Summary, AgreesWithNumpy) {
  for (const auto& row : tables()["summary"]) {
    const auto values = row["values"].get<std::vector<double>>();
    const auto summary = mean_and_deviation(values);
    ASSERT_TRUE(summary);
    EXPECT_NEAR(summary->mean, row["mean"].get<double>(), 1e-12 * std::abs(summary->mean));
    EXPECT_EQ(summary->deviation.has_value(), !row["deviation"].is_null());
    if (summary->deviation) {
      EXPECT_NEAR(*summary->deviation, row["deviation"].get<double>(), 1e-9);
    }
    const auto p = percentiles(values);
    EXPECT_NEAR(p->p50, row["percentiles"][0].get<double>(), 1e-9 * std::abs(p->p50));
    EXPECT_NEAR(p->p95, row["percentiles"][1].get<double>(), 1e-9 * std::abs(p->p95));
    EXPECT_NEAR(p->p99, row["percentiles"][2].get<double>(), 1e-9 * std::abs(p->p99));
  }
  EXPECT_FALSE(mean_and_deviation({}));
  EXPECT_FALSE(percentiles({}));
  EXPECT_THROW(quantile({1.0}, 1.5), std::invalid_argument);
}

std::vector<Verdicts> verdicts(const ordered_json& table) {
  std::vector<Verdicts> settings;
  for (const auto& row : table) {
    settings.emplace_back();
    for (const auto& value : row) settings.back().push_back(value != 0);
  }
  return settings;
}

// The table enumerates all splits; 20,000 random ones come within four standard errors.
TEST(Selection, AgreesWithTheEnumerationOfAllSplits) {
  for (const auto& row : tables()["selection"]) {
    const auto estimate = selection_estimate(verdicts(row["verdicts"]), {.splits = 20'000});
    ASSERT_TRUE(estimate);
    const double tolerance = 4 * estimate->held_out_deviation_frac / std::sqrt(20'000.0) + 1e-12;
    EXPECT_NEAR(estimate->held_out_frac, row["held_out"].get<double>(), tolerance);
    EXPECT_NEAR(estimate->chosen_half_frac, row["chosen_half"].get<double>(), tolerance);
    const double shares =
        std::accumulate(estimate->chosen_share.begin(), estimate->chosen_share.end(), 0.0);
    EXPECT_NEAR(shares, 1.0, 1e-12);
  }
}

TEST(Selection, OneSettingHasNoBiasAndCoinsHave) {
  const Verdicts coin_a{true, false, true, false, true, false, false, true};
  const Verdicts coin_b{false, true, false, true, false, true, true, false};
  EXPECT_NEAR(selection_estimate({coin_a}, {.splits = 4})->bias_frac(), 0, 1e-12);
  EXPECT_GT(selection_estimate({coin_a, coin_b})->bias_frac(), 0.1);
  EXPECT_FALSE(selection_estimate({}));
  EXPECT_FALSE(selection_estimate({Verdicts{true}}));
  EXPECT_THROW(selection_estimate({coin_a, Verdicts{true}}), std::invalid_argument);
}

}  // namespace
}  // namespace evotoken::reports
