// Comparing two runs: verdicts, refusals, baselines, and what the reports say of them.
#include "reports/comparison/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "reports/audit.h"
#include "reports/comparison/baseline_file.h"
#include "reports/comparison/comparison_report.h"
#include "tests/support.h"

namespace evotoken::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A run of one setup; the n-th character of `verdicts` is item n: '+', '-' or '?' (no grade).
RunOutcomes run_of(const std::string& verdicts, const std::string& prompt = "p",
                   const std::string& setup = "gsm8k_128_64") {
  OutcomesBuilder builder("out/" + setup);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    ResultRecord record;
    record.directory = "out";
    record.setup = setup;
    record.task = "gsm8k";
    record.index = static_cast<std::int64_t>(i);
    const std::string question = "question " + std::to_string(i);
    record.identity = sample_identity(question, prompt);
    if (verdicts[i] != '?') record.reference = ReferenceGrade{1.0, verdicts[i] == '+'};
    builder.add(record, question);
  }
  return builder.finish();
}

std::string many(const std::string& part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

TEST(Comparison, EqualRunsDoNotDiffer) {
  const Comparison comparison = compare_runs(run_of("++--"), run_of("++--"));
  ASSERT_EQ(comparison.cells.size(), 1U);
  EXPECT_EQ(comparison.cells[0].verdict, Verdict::kNoRegression);
  EXPECT_TRUE(comparison.comparable());
  EXPECT_FALSE(comparison.regression());
  EXPECT_EQ(comparison.cells[0].decided_by()->p_value, 1);
  EXPECT_TRUE(comparison.cells[0].decided_by()->flips.empty());
}

TEST(Comparison, ALargeDropIsARegressionThoughNotSignificant) {
  const Comparison comparison = compare_runs(run_of("+++-"), run_of("+-+-"));
  EXPECT_EQ(comparison.cells[0].verdict, Verdict::kRegression);
  EXPECT_GT(comparison.cells[0].decided_by()->p_value, 0.05);
  EXPECT_THAT(comparison.cells[0].reasons, ElementsAre(HasSubstr("-25.00 points, more than")));
  ASSERT_EQ(comparison.cells[0].decided_by()->flips.size(), 1U);
  EXPECT_EQ(comparison.cells[0].decided_by()->flips[0].question, "question 1");
  ComparisonOptions lenient;
  lenient.max_drop_points = 25;  // exactly that is allowed
  EXPECT_FALSE(compare_runs(run_of("+++-"), run_of("+-+-"), lenient).regression());
}

TEST(Comparison, ASmallDropIsARegressionWhenItIsSignificant) {
  ComparisonOptions lenient;
  lenient.max_drop_points = 50;
  const std::string before = many("+", 60) + many("-", 40);
  const std::string now = many("-", 12) + many("+", 48) + many("-", 40);
  const Comparison comparison = compare_runs(run_of(before), run_of(now), lenient);
  EXPECT_EQ(comparison.cells[0].verdict, Verdict::kRegression);
  EXPECT_THAT(comparison.cells[0].reasons, ElementsAre(HasSubstr("significant")));
  EXPECT_LT(comparison.cells[0].decided_by()->difference_frac.high, 0);
  const Comparison better = compare_runs(run_of(now), run_of(before), lenient);
  EXPECT_EQ(better.cells[0].verdict, Verdict::kImproved);
}

TEST(Comparison, HolmCorrectsOverTheCells) {
  const std::string before = many("+", 20);
  RunOutcomes baseline = run_of(before);
  RunOutcomes candidate = run_of(many("-", 6) + many("+", 14));
  for (const char* setup : {"gsm8k_256_128", "gsm8k_512_256"}) {
    baseline.cells.push_back(run_of(before, "p", setup).cells[0]);
    candidate.cells.push_back(run_of(before, "p", setup).cells[0]);
  }
  const Comparison comparison = compare_runs(baseline, candidate);
  ASSERT_EQ(comparison.cells.size(), 3U);
  const GraderComparison& fallen = *comparison.cells[0].decided_by();
  EXPECT_NEAR(fallen.p_value, 1.0 / 64, 1e-9);
  EXPECT_NEAR(fallen.p_holm, 3.0 / 64, 1e-9);
}

/// Two tasks run alike, with `gsm8k` and `svamp` as their verdicts.
RunOutcomes two_tasks(const std::string& gsm8k, const std::string& svamp) {
  RunOutcomes run = run_of(gsm8k);
  run.cells.push_back(run_of(svamp, "p", "svamp_128_64").cells[0]);
  run.cells[1].task = "svamp";
  return run;
}

TEST(Comparison, LossesTooSmallForATaskShowInAllTogether) {
  const RunOutcomes before = two_tasks(many("+", 30), many("+", 30));
  const RunOutcomes now = two_tasks("---" + many("+", 27), "---" + many("+", 27));
  ComparisonOptions options;
  options.max_drop_points = 20;
  const Comparison comparison = compare_runs(before, now, options);
  EXPECT_EQ(comparison.cells[0].verdict, Verdict::kNoRegression);
  EXPECT_EQ(comparison.cells[1].verdict, Verdict::kNoRegression);
  ASSERT_EQ(comparison.totals.size(), 1U);
  const CellComparison& total = comparison.totals[0];
  EXPECT_EQ(total.compared_items, 60);
  EXPECT_EQ(total.decided_by()->counts.only_baseline, 6);
  EXPECT_NEAR(total.decided_by()->p_holm, 1.0 / 64, 1e-9) << "one total: nothing to correct";
  EXPECT_EQ(total.verdict, Verdict::kRegression);
  EXPECT_TRUE(comparison.regression());
  EXPECT_THAT(comparison_headline(comparison), HasSubstr("REGRESSION over all tasks: all"));
  EXPECT_THAT(comparison_junit(comparison), HasSubstr("tests=\"3\" failures=\"1\""));
  EXPECT_EQ(comparison_json(comparison)["totals"][0]["graders"][0]["lost"], 6);

  options.alpha = 1e-3;
  EXPECT_FALSE(compare_runs(before, now, options).regression());
  options.max_total_drop_points = 9;
  EXPECT_TRUE(compare_runs(before, now, options).regression());
}

TEST(Comparison, OneTaskAtTwoLengthsIsNotPutTogether) {
  RunOutcomes run = run_of("++");
  run.cells.push_back(run_of("++", "p", "gsm8k_256_128").cells[0]);
  EXPECT_TRUE(compare_runs(run, run).totals.empty()) << "the same items twice";
  RunOutcomes lengths = two_tasks("++", "++");
  lengths.cells[1].gen_length = 256;
  EXPECT_TRUE(compare_runs(lengths, lengths).totals.empty());
}

TEST(Comparison, RefusesOtherItemsUnlessTold) {
  const Comparison refused = compare_runs(run_of("++++"), run_of("+++"));
  EXPECT_EQ(refused.cells[0].verdict, Verdict::kNotComparable);
  EXPECT_FALSE(refused.comparable());
  EXPECT_THAT(refused.cells[0].reasons,
              ElementsAre(HasSubstr("other items: 1 of the baseline's 4")));
  ComparisonOptions told;
  told.allow_different_items = true;
  const Comparison allowed = compare_runs(run_of("++++"), run_of("+++"), told);
  EXPECT_EQ(allowed.cells[0].verdict, Verdict::kNoRegression);
  EXPECT_EQ(allowed.cells[0].compared_items, 3);
  EXPECT_THAT(allowed.cells[0].reasons, ElementsAre(HasSubstr("allowed: other items")));
}

TEST(Comparison, RefusesOtherPromptsMissingGradesAndOtherTasks) {
  const Comparison prompts = compare_runs(run_of("++"), run_of("++", "another prompt"));
  EXPECT_THAT(prompts.cells[0].reasons, ElementsAre(HasSubstr("other prompts: 2 of 2")));
  ComparisonOptions told;
  told.allow_different_prompts = true;
  EXPECT_TRUE(compare_runs(run_of("++"), run_of("++", "another prompt"), told).comparable());

  const Comparison grades = compare_runs(run_of("++"), run_of("+?"));
  EXPECT_THAT(grades.cells[0].reasons, ElementsAre(HasSubstr("1 shared items have no grade")));

  RunOutcomes svamp = run_of("++");
  svamp.cells[0].task = "svamp";
  EXPECT_THAT(compare_runs(run_of("++"), svamp).cells[0].reasons,
              ElementsAre(HasSubstr("other tasks")));

  ComparisonOptions verified;
  verified.grader = GraderChoice::kVerified;
  EXPECT_THAT(compare_runs(run_of("++"), run_of("++"), verified).cells[0].reasons,
              ElementsAre(HasSubstr("verified grades are missing")));
}

TEST(Comparison, TheVerifiedGraderDecidesWhereItGradedEveryItem) {
  RunOutcomes baseline = run_of("++");
  RunOutcomes candidate = run_of("+-");
  for (RunOutcomes* run : {&baseline, &candidate}) {
    for (ItemOutcome& item : run->cells[0].items) item.verified = true;
  }
  const Comparison comparison = compare_runs(baseline, candidate);
  EXPECT_EQ(comparison.cells[0].graders.size(), 2U);
  EXPECT_EQ(comparison.cells[0].deciding, Grader::kVerified);
  EXPECT_FALSE(comparison.regression());
  ComparisonOptions published;
  published.grader = GraderChoice::kReference;
  EXPECT_TRUE(compare_runs(baseline, candidate, published).regression());
  candidate.cells[0].items[1].verified.reset();
  EXPECT_EQ(compare_runs(baseline, candidate).cells[0].deciding, Grader::kReference);
}

TEST(Comparison, ASetupThatIsGoneIsNotPassedOver) {
  RunOutcomes baseline = run_of("++");
  baseline.cells.push_back(run_of("++", "p", "gsm8k_256_128").cells[0]);
  RunOutcomes candidate = run_of("++");
  candidate.cells.push_back(run_of("++", "p", "gsm8k_512_256").cells[0]);
  const Comparison comparison = compare_runs(baseline, candidate);
  EXPECT_FALSE(comparison.comparable());
  EXPECT_THAT(comparison.cells[1].reasons, ElementsAre(HasSubstr("lacks this setup")));
  EXPECT_THAT(comparison.notes, ElementsAre(HasSubstr("only the candidate has gsm8k_512_256")));
}

TEST(Comparison, SeveralFoldersAreToldApartByName) {
  RunOutcomes baseline = run_of("+-");
  baseline.cells[0].directory = "a/eval_hard_mask";
  baseline.cells.push_back(run_of("++").cells[0]);
  baseline.cells[1].directory = "a/eval_kSoft_3_alphaSoftMask_0.7";
  RunOutcomes candidate = baseline;
  candidate.cells[0].directory = "b/eval_hard_mask";
  candidate.cells[1].directory = "b/eval_kSoft_3_alphaSoftMask_0.7";
  std::swap(candidate.cells[0], candidate.cells[1]);
  const Comparison comparison = compare_runs(baseline, candidate);
  EXPECT_TRUE(comparison.comparable());
  EXPECT_EQ(comparison.cells[0].name, "eval_hard_mask/gsm8k_128_64");
  EXPECT_TRUE(comparison.cells[0].decided_by()->flips.empty());
}

TEST(Comparison, AQuestionThatComesTwiceIsTwoItems) {
  RunOutcomes run = run_of("+");
  OutcomesBuilder builder("twice");
  ResultRecord record;
  record.task = "gsm8k";
  for (int i = 0; i < 2; ++i) builder.add(record, "the same");
  run = builder.finish();
  EXPECT_EQ(run.cells[0].items[1].key, run.cells[0].items[0].key + "#2");
}

TEST(Comparison, RejectsOptionsOutOfRange) {
  ComparisonOptions options;
  options.alpha = 0;
  EXPECT_THROW(compare_runs(run_of("+"), run_of("+"), options), UsageError);
  options = {};
  options.max_drop_points = -1;
  EXPECT_THROW(compare_runs(run_of("+"), run_of("+"), options), UsageError);
}

/// As run_of("++++"), with these texts.
RunOutcomes run_with_texts(const std::vector<std::string>& texts) {
  OutcomesBuilder builder("out");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ResultRecord record;
    record.directory = "out";
    record.setup = "gsm8k_128_64";
    record.task = "gsm8k";
    record.reference = ReferenceGrade{1.0, true};
    builder.add(record, "question " + std::to_string(i), texts[i]);
  }
  return builder.finish();
}

TEST(Comparison, OtherTextsAreARegressionWhereToldSo) {
  const RunOutcomes before = run_with_texts({"a", "b", "c", "d"});
  const RunOutcomes now = run_with_texts({"a", "b", "c", "other"});
  ComparisonOptions options;
  EXPECT_FALSE(compare_runs(before, now, options).regression()) << "the verdicts are the same";
  options.max_changed_percent = 25;
  EXPECT_FALSE(compare_runs(before, now, options).regression()) << "as many as are allowed";
  options.max_changed_percent = 20;
  const Comparison comparison = compare_runs(before, now, options);
  EXPECT_TRUE(comparison.regression());
  EXPECT_EQ(comparison.cells[0].changed_texts, 1);
  EXPECT_THAT(comparison.cells[0].reasons, ElementsAre(HasSubstr("1 of 4 texts changed")));
  EXPECT_EQ(comparison_headline(comparison),
            "REGRESSION in 1 of 1 setups: gsm8k_128_64 (1 of 4 texts changed)");
}

TEST(Comparison, UnknownTextsCannotBeJudged) {
  ComparisonOptions options;
  options.max_changed_percent = 50;
  const Comparison comparison = compare_runs(run_of("++"), run_of("++"), options);
  EXPECT_FALSE(comparison.comparable());
  EXPECT_EQ(comparison.cells[0].changed_texts, std::nullopt);
}

TEST(BaselineFile, KeepsWhichTextsThereWere) {
  const RunOutcomes run = run_with_texts({"a", "b"});
  const RunOutcomes back = parse_baseline(baseline_json(run), "b");
  EXPECT_EQ(back.cells[0].items[1].text, run.cells[0].items[1].text);
  EXPECT_THAT(baseline_json(run).dump(), Not(HasSubstr("\"b\""))) << "a hash, not the text";
}

TEST(BaselineFile, ComesBackAsItWas) {
  const testing::TemporaryDir dir;
  const RunOutcomes run = run_of("+-?");
  write_baseline(dir.path() / "baseline.json", run);
  const RunOutcomes back = parse_baseline(read_json_file(dir.path() / "baseline.json"), "b");
  ASSERT_EQ(back.cells.size(), 1U);
  EXPECT_EQ(back.cells[0].setup, "gsm8k_128_64");
  ASSERT_EQ(back.cells[0].items.size(), 3U);
  EXPECT_EQ(back.cells[0].items[0].reference, true);
  EXPECT_EQ(back.cells[0].items[2].reference, std::nullopt);
  EXPECT_EQ(back.cells[0].items[1].key, run.cells[0].items[1].key);
  const std::string text = read_file(dir.path() / "baseline.json");
  EXPECT_THAT(text, Not(HasSubstr("question 1")));  // no texts of others
  EXPECT_EQ(read_json_file(dir.path() / "baseline.json"), baseline_json(run));
  EXPECT_FALSE(compare_runs(back, run_of("+--")).comparable());  // the third has no grade
}

TEST(BaselineFile, RefusesWhatIsNone) {
  EXPECT_THROW(parse_baseline({{"format", "evotoken-baseline"}, {"version", 2}}, "b"), DataError);
  EXPECT_THROW(parse_baseline({{"format", "evotoken-baseline"}, {"version", 1}}, "b"), DataError);
  EXPECT_FALSE(is_baseline({{"cells", 1}}));
}

TEST(ComparisonReport, SaysTheSameInEveryForm) {
  const Comparison comparison = compare_runs(run_of("++-"), run_of("+--"));
  EXPECT_THAT(comparison_text(comparison),
              HasSubstr("REGRESSION in 1 of 1 setups: gsm8k_128_64 (-33.33 points)"));
  const auto json = comparison_json(comparison);
  EXPECT_EQ(json["regression"], true);
  EXPECT_EQ(json["cells"][0]["graders"][0]["lost"], 1);
  EXPECT_EQ(json["cells"][0]["graders"][0]["flips"][0]["change"], "lost");
  const std::string junit = comparison_junit(comparison);
  EXPECT_THAT(junit, HasSubstr("tests=\"1\" failures=\"1\" errors=\"0\""));
  EXPECT_THAT(junit, HasSubstr("<failure type=\"regression\" message=\"-33.33 points"));
  const std::string refused = comparison_junit(compare_runs(run_of("++-"), run_of("+-")));
  EXPECT_THAT(refused, HasSubstr("<error type=\"not_comparable\""));
}

TEST(ComparisonReport, TextsOfItemsCannotActInAPullRequest) {
  RunOutcomes baseline = run_of("+");
  baseline.cells[0].items[0].question =
      "</details><script>x</script> @someone `a`\n# title é" + many("é", 200);
  RunOutcomes candidate = run_of("-");
  candidate.cells[0].items[0].question = baseline.cells[0].items[0].question;
  const std::string markdown = comparison_markdown(compare_runs(baseline, candidate));
  EXPECT_THAT(markdown, HasSubstr("&#60;script&#62;"));
  EXPECT_THAT(markdown, Not(HasSubstr("<script>")));
  EXPECT_THAT(markdown, Not(HasSubstr("@someone")));
  EXPECT_THAT(markdown, HasSubstr("é …\n"));
}

}  // namespace
}  // namespace evotoken::reports
