// The comparison for machines: JSON and JUnit XML.
#include <fmt/format.h>

#include <algorithm>

#include "base/json_of.h"
#include "reports/comparison/comparison_report.h"
#include "reports/markup.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

Json grader_json(const GraderComparison& result) {
  Json flips = Json::array();
  for (const Flip& flip : result.flips) {
    flips.push_back({{"key", flip.key},
                     {"question", flip.question.empty() ? Json(nullptr) : Json(flip.question)},
                     {"change", flip.gained ? "gained" : "lost"}});
  }
  return {{"grader", grader_name(result.grader)},
          {"both_correct", result.counts.both_correct},
          {"lost", result.counts.only_baseline},
          {"gained", result.counts.only_candidate},
          {"neither", result.counts.neither},
          {"difference_frac", result.counts.difference_frac()},
          {"difference_interval_frac", {result.difference_frac.low, result.difference_frac.high}},
          {"p_mcnemar_mid", result.p_value},
          {"p_holm", result.p_holm},
          {"flips", std::move(flips)}};
}

Json cell_json(const CellComparison& cell) {
  Json graders = Json::array();
  for (const GraderComparison& result : cell.graders) graders.push_back(grader_json(result));
  return {{"name", cell.name},
          {"task", cell.task},
          {"baseline_directory", cell.baseline_directory},
          {"candidate_directory",
           cell.candidate_directory.empty() ? Json(nullptr) : Json(cell.candidate_directory)},
          {"verdict", verdict_name(cell.verdict)},
          {"decided_by",
           cell.decided_by() != nullptr ? Json(grader_name(cell.deciding)) : Json(nullptr)},
          {"reasons", cell.reasons},
          {"baseline_items", cell.baseline_items},
          {"candidate_items", cell.candidate_items},
          {"compared_items", cell.compared_items},
          {"changed_texts", json_of(cell.changed_texts)},
          {"graders", std::move(graders)}};
}

std::string test_case(const CellComparison& cell) {
  std::string text = fmt::format("    <testcase classname=\"evotoken-compare.{}\" name=\"{}\"",
                                 escaped_markup(cell.task), escaped_markup(cell.name));
  const std::string reasons = fmt::format("{}", fmt::join(cell.reasons, "\n"));
  if (cell.verdict == Verdict::kRegression || cell.verdict == Verdict::kNotComparable) {
    const bool fell = cell.verdict == Verdict::kRegression;
    const std::string first = cell.reasons.empty() ? "" : cell.reasons.front();
    return text + fmt::format(
                      ">\n      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n"
                      "    </testcase>\n",
                      fell ? "failure" : "error", fell ? "regression" : "not_comparable",
                      escaped_markup(first), escaped_markup(reasons));
  }
  const GraderComparison* result = cell.decided_by();
  const std::string output =
      result == nullptr ? reasons
                        : fmt::format("{:+.2f} points ({} grader), {} lost, {} gained, p = {:.4f}",
                                      100 * result->counts.difference_frac(),
                                      grader_name(result->grader), result->counts.only_baseline,
                                      result->counts.only_candidate, result->p_holm);
  return text + fmt::format(">\n      <system-out>{}</system-out>\n    </testcase>\n",
                            escaped_markup(output));
}

}  // namespace

Json comparison_json(const Comparison& comparison) {
  Json cells = Json::array();
  for (const CellComparison& cell : comparison.cells) cells.push_back(cell_json(cell));
  Json totals = Json::array();
  for (const CellComparison& total : comparison.totals) totals.push_back(cell_json(total));
  const ComparisonOptions& options = comparison.options;
  return {{"headline", comparison_headline(comparison)},
          {"regression", comparison.regression()},
          {"comparable", comparison.comparable()},
          {"baseline", comparison.baseline},
          {"candidate", comparison.candidate},
          {"options",
           {{"max_drop_points", options.max_drop_points},
            {"max_total_drop_points", options.total_drop_points()},
            {"max_changed_percent", json_of(options.max_changed_percent)},
            {"alpha", options.alpha},
            {"allow_different_items", options.allow_different_items},
            {"allow_different_prompts", options.allow_different_prompts},
            {"confidence", options.bootstrap.confidence},
            {"resamples", options.bootstrap.resamples},
            {"seed", options.bootstrap.seed}}},
          {"cells", std::move(cells)},
          {"totals", std::move(totals)},
          {"notes", comparison.notes}};
}

std::string comparison_junit(const Comparison& comparison) {
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::string cases;
  const auto add = [&](const CellComparison& cell) {
    if (cell.verdict == Verdict::kRegression) ++failures;
    if (cell.verdict == Verdict::kNotComparable) ++errors;
    cases += test_case(cell);
  };
  std::ranges::for_each(comparison.cells, add);
  std::ranges::for_each(comparison.totals, add);
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"",
                  comparison.cells.size() + comparison.totals.size(), failures, errors);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"evotoken-compare\" {0}>\n"
      "  <testsuite name=\"accuracy: {1} against {2}\" {0}>\n{3}  </testsuite>\n</testsuites>\n",
      counts, escaped_markup(comparison.candidate), escaped_markup(comparison.baseline), cases);
}

}  // namespace evotoken::reports
