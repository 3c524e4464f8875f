#include "reports/comparison/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "reports/comparison/comparability.h"
#include "reports/comparison/pairing.h"
#include "reports/statistics/holm.h"

namespace evotoken::reports {
namespace {

/// `pairs` are graded by `grader` on both sides.
GraderComparison compare_verdicts(const std::vector<ItemPair>& pairs, Grader grader,
                                  const BootstrapOptions& bootstrap) {
  GraderComparison result;
  result.grader = grader;
  std::vector<double> differences;
  differences.reserve(pairs.size());
  std::vector<Flip> gains;
  for (const ItemPair& pair : pairs) {
    const bool before = *verdict_of(*pair.baseline, grader);
    const bool now = *verdict_of(*pair.candidate, grader);
    differences.push_back(static_cast<double>(now) - static_cast<double>(before));
    ++(before ? (now ? result.counts.both_correct : result.counts.only_baseline)
              : (now ? result.counts.only_candidate : result.counts.neither));
    if (before == now) continue;
    const std::string& question =
        pair.candidate->question.empty() ? pair.baseline->question : pair.candidate->question;
    (now ? gains : result.flips).push_back({pair.baseline->key, question, now});
  }
  std::move(gains.begin(), gains.end(), std::back_inserter(result.flips));
  result.difference_frac = paired_bootstrap(differences, bootstrap).value_or(Interval{});
  result.p_value = mid_p_mcnemar(result.counts.only_baseline, result.counts.only_candidate);
  result.p_holm = result.p_value;
  return result;
}

/// How many texts differ, if all are known.
std::optional<std::int64_t> count_changed_texts(const std::vector<ItemPair>& pairs) {
  std::int64_t changed = 0;
  for (const auto& [baseline, candidate] : pairs) {
    if (baseline->text.empty() || candidate->text.empty()) return std::nullopt;
    if (baseline->text != candidate->text) ++changed;
  }
  return changed;
}

/// What the graders say of `pairs`, all of which the reference grader graded on both sides.
void grade(CellComparison& cell, const std::vector<ItemPair>& pairs,
           const ComparisonOptions& options) {
  if (pairs.empty()) return;
  cell.compared_items = static_cast<std::int64_t>(pairs.size());
  cell.verdict = Verdict::kNoRegression;
  cell.changed_texts = count_changed_texts(pairs);
  cell.graders.push_back(compare_verdicts(pairs, Grader::kReference, options.bootstrap));
  if (!all_verified(pairs)) return;
  cell.graders.push_back(compare_verdicts(pairs, Grader::kVerified, options.bootstrap));
  if (options.grader != GraderChoice::kReference) cell.deciding = Grader::kVerified;
}

/// A cell with the pairs that it was judged by.
struct JudgedCell {
  CellComparison cell;
  std::vector<ItemPair> pairs;
  const OutcomeCell* baseline = nullptr;
};

JudgedCell compare_cells(const CellPair& cells, const ComparisonOptions& options) {
  JudgedCell judged{.cell = {}, .pairs = {}, .baseline = cells.baseline};
  CellComparison& cell = judged.cell;
  cell.name = cells.name;
  cell.task = cells.baseline->task;
  cell.baseline_directory = cells.baseline->directory;
  cell.baseline_items = static_cast<std::int64_t>(cells.baseline->items.size());
  if (cells.candidate == nullptr) {
    cell.reasons.emplace_back("the candidate lacks this setup");
    return judged;
  }
  cell.candidate_directory = cells.candidate->directory;
  cell.candidate_items = static_cast<std::int64_t>(cells.candidate->items.size());
  judged.pairs = comparable_pairs(cells, options, cell.reasons);
  grade(cell, judged.pairs, options);
  return judged;
}

/// In one folder, at one length and number of steps.
bool run_alike(const JudgedCell& a, const JudgedCell& b) {
  return a.cell.baseline_directory == b.cell.baseline_directory &&
         a.cell.candidate_directory == b.cell.candidate_directory &&
         a.baseline->gen_length == b.baseline->gen_length && a.baseline->steps == b.baseline->steps;
}

/// "gsm8k_64_32" → "all_64_32", likewise behind a folder's name.
std::string name_together(const JudgedCell& one) {
  const std::string& name = one.cell.name;
  const std::string folder = name.substr(0, name.size() - one.baseline->setup.size());
  if (!one.baseline->gen_length || !one.baseline->steps) return folder + "all";
  return fmt::format("{}all_{}_{}", folder, *one.baseline->gen_length, *one.baseline->steps);
}

/// Different tasks that were run alike, together: no item is in two of them.
std::vector<CellComparison> put_together(const std::vector<JudgedCell>& cells,
                                         const ComparisonOptions& options) {
  std::vector<CellComparison> totals;
  std::vector<bool> taken(cells.size(), false);
  for (std::size_t first = 0; first < cells.size(); ++first) {
    if (taken[first] || cells[first].pairs.empty()) continue;
    CellComparison total = cells[first].cell;
    std::vector<ItemPair> pairs = cells[first].pairs;
    std::vector<std::string> tasks = {total.task};
    for (std::size_t other = first + 1; other < cells.size(); ++other) {
      const JudgedCell& joining = cells[other];
      const bool new_task = std::ranges::find(tasks, joining.cell.task) == tasks.end();
      if (joining.pairs.empty() || !new_task || !run_alike(cells[first], joining)) continue;
      taken[other] = true;
      tasks.push_back(joining.cell.task);
      total.baseline_items += joining.cell.baseline_items;
      total.candidate_items += joining.cell.candidate_items;
      pairs.insert(pairs.end(), joining.pairs.begin(), joining.pairs.end());
    }
    if (tasks.size() < 2) continue;
    total.name = name_together(cells[first]);
    total.task = "all";
    total.graders.clear();
    total.reasons.clear();
    grade(total, pairs, options);
    totals.push_back(std::move(total));
  }
  return totals;
}

/// Holm's correction for one grader over the cells that it compared.
void correct_over_cells(std::vector<CellComparison>& cells, Grader grader) {
  std::vector<GraderComparison*> compared;
  std::vector<double> p_values;
  for (CellComparison& cell : cells) {
    for (GraderComparison& result : cell.graders) {
      if (result.grader != grader) continue;
      compared.push_back(&result);
      p_values.push_back(result.p_value);
    }
  }
  const std::vector<double> adjusted = holm_adjust(p_values);
  for (std::size_t i = 0; i < compared.size(); ++i) compared[i]->p_holm = adjusted[i];
}

void decide(CellComparison& cell, double max_drop_points, double alpha) {
  const GraderComparison* result = cell.decided_by();
  if (result == nullptr) return;
  const double points = 100 * result->counts.difference_frac();
  const bool significant = result->p_holm < alpha;
  // A drop of exactly the allowed points passes, whatever the rounding of the difference.
  if (points < -max_drop_points - 1e-9) {
    cell.verdict = Verdict::kRegression;
    cell.reasons.push_back(
        fmt::format("{:+.2f} points, more than the {:g} allowed", points, -max_drop_points));
  }
  if (significant && points < 0) {
    cell.verdict = Verdict::kRegression;
    cell.reasons.push_back(fmt::format("{:+.2f} points, significant (p = {:.2g} < {:g})", points,
                                       result->p_holm, alpha));
  }
  if (significant && points > 0) cell.verdict = Verdict::kImproved;
}

/// By the texts alone.
void decide_by_texts(CellComparison& cell, double max_changed_percent) {
  if (cell.compared_items == 0) return;
  if (!cell.changed_texts) {
    cell.verdict = Verdict::kNotComparable;
    cell.reasons.emplace_back("the texts of a run are not known; write its baseline again");
    return;
  }
  const double percent =
      100.0 * static_cast<double>(*cell.changed_texts) / static_cast<double>(cell.compared_items);
  if (percent <= max_changed_percent + 1e-9) return;
  cell.verdict = Verdict::kRegression;
  cell.reasons.push_back(
      fmt::format("{} of {} texts changed ({:.1f}%), more than the {:g}% allowed",
                  *cell.changed_texts, cell.compared_items, percent, max_changed_percent));
}

void decide_all(std::vector<CellComparison>& cells, double max_drop_points,
                const ComparisonOptions& options) {
  correct_over_cells(cells, Grader::kReference);
  correct_over_cells(cells, Grader::kVerified);
  for (CellComparison& cell : cells) {
    decide(cell, max_drop_points, options.alpha);
    if (options.max_changed_percent) decide_by_texts(cell, *options.max_changed_percent);
  }
}

void check_points(const char* flag, double points) {
  if (points >= 0) return;
  throw UsageError(fmt::format("{}: {}, expected 0 or more; change the flag", flag, points));
}

void check(const ComparisonOptions& options) {
  check_points("--max_drop_points", options.max_drop_points);
  check_points("--max_total_drop_points", options.total_drop_points());
  check_points("--max_changed_percent", options.max_changed_percent.value_or(0));
  if (!(options.alpha > 0 && options.alpha < 1)) {
    throw UsageError(fmt::format("--alpha: {}, expected a level between 0 and 1; change the flag",
                                 options.alpha));
  }
}

}  // namespace

const char* grader_name(Grader grader) {
  return grader == Grader::kReference ? "reference" : "verified";
}

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNoRegression:
      return "no regression";
    case Verdict::kImproved:
      return "improved";
    case Verdict::kRegression:
      return "REGRESSION";
    case Verdict::kNotComparable:
      break;
  }
  return "not comparable";
}

const GraderComparison* CellComparison::decided_by() const {
  for (const GraderComparison& result : graders) {
    if (result.grader == deciding) return &result;
  }
  return nullptr;
}

bool Comparison::regression() const {
  const auto fell = [](const CellComparison& c) { return c.verdict == Verdict::kRegression; };
  return std::ranges::any_of(cells, fell) || std::ranges::any_of(totals, fell);
}

bool Comparison::comparable() const {
  return !cells.empty() && std::none_of(cells.begin(), cells.end(), [](const CellComparison& c) {
    return c.verdict == Verdict::kNotComparable;
  });
}

Comparison compare_runs(const RunOutcomes& baseline, const RunOutcomes& candidate,
                        const ComparisonOptions& options) {
  check(options);
  Comparison comparison{baseline.label, candidate.label, options, {}, {}, {}};
  std::vector<JudgedCell> judged;
  for (const CellPair& pair : pair_cells(baseline, candidate)) {
    if (pair.baseline == nullptr) {
      comparison.notes.push_back(fmt::format("only the candidate has {}", pair.name));
    } else if (pair.candidate == nullptr && options.allow_different_items) {
      comparison.notes.push_back(fmt::format("only the baseline has {}", pair.name));
    } else {
      judged.push_back(compare_cells(pair, options));
    }
  }
  comparison.totals = put_together(judged, options);
  for (JudgedCell& one : judged) comparison.cells.push_back(std::move(one.cell));
  decide_all(comparison.cells, options.max_drop_points, options);
  decide_all(comparison.totals, options.total_drop_points(), options);
  return comparison;
}

}  // namespace evotoken::reports
