#include "reports/comparison/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "reports/comparison/pairing.h"
#include "reports/statistics/holm.h"

namespace evotoken::reports {
namespace {

std::optional<bool> verdict_of(const ItemOutcome& item, Grader grader) {
  return grader == Grader::kReference ? item.reference : item.verified;
}

bool graded(const ItemPair& pair, Grader grader) {
  return verdict_of(*pair.baseline, grader) && verdict_of(*pair.candidate, grader);
}

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

/// Leaves the pairs that the reference grader graded on both sides; returns how many it did not.
std::int64_t drop_ungraded(std::vector<ItemPair>& pairs) {
  return static_cast<std::int64_t>(
      std::erase_if(pairs, [](const ItemPair& p) { return !graded(p, Grader::kReference); }));
}

/// Why the cell cannot be compared, or what is left out where that is allowed.
class Objections {
 public:
  explicit Objections(std::vector<std::string>& reasons) : reasons_(reasons) {}

  /// `remedy` names the flag that allows it.
  void add(bool allowed, const std::string& reason, const char* remedy) {
    if (allowed) {
      reasons_.push_back(fmt::format("allowed: {}", reason));
    } else {
      reasons_.push_back(fmt::format("{}; {} compares all the same", reason, remedy));
      refused_ = true;
    }
  }
  void refuse(std::string reason) {
    reasons_.push_back(std::move(reason));
    refused_ = true;
  }
  bool refused() const { return refused_; }

 private:
  std::vector<std::string>& reasons_;
  bool refused_ = false;
};

constexpr const char* kAllowItems = "--allow_different_items";
constexpr const char* kAllowPrompts = "--allow_different_prompts";

/// The pairs to compare; empty when the cell is refused, for the reasons then in `cell`.
std::vector<ItemPair> comparable_pairs(const CellPair& cells, const ComparisonOptions& options,
                                       CellComparison& cell) {
  Objections objections(cell.reasons);
  if (cells.baseline->task != cells.candidate->task) {
    objections.refuse(
        fmt::format("other tasks: {} before, {} now", cells.baseline->task, cells.candidate->task));
    return {};
  }
  PairedItems items = pair_items(*cells.baseline, *cells.candidate);
  if (items.only_baseline + items.only_candidate > 0) {
    objections.add(options.allow_different_items,
                   fmt::format("other items: {} of the baseline's {} and {} of the candidate's {} "
                               "have no counterpart",
                               items.only_baseline, cell.baseline_items, items.only_candidate,
                               cell.candidate_items),
                   kAllowItems);
  }
  if (items.other_prompts > 0) {
    objections.add(options.allow_different_prompts,
                   fmt::format("other prompts: {} of {} shared items were asked in other words",
                               items.other_prompts, items.pairs.size()),
                   kAllowPrompts);
  }
  if (const std::int64_t ungraded = drop_ungraded(items.pairs); ungraded > 0) {
    objections.add(options.allow_different_items,
                   fmt::format("{} shared items have no grade in one of the runs", ungraded),
                   kAllowItems);
  }
  if (items.pairs.empty()) objections.refuse("no item in common that both runs graded");
  if (options.grader == GraderChoice::kVerified &&
      !std::all_of(items.pairs.begin(), items.pairs.end(),
                   [](const ItemPair& p) { return graded(p, Grader::kVerified); })) {
    objections.refuse("verified grades are missing; --grader reference compares the others");
  }
  if (objections.refused()) items.pairs.clear();
  return std::move(items.pairs);
}

CellComparison compare_cells(const CellPair& cells, const ComparisonOptions& options) {
  CellComparison cell;
  cell.name = cells.name;
  cell.task = cells.baseline->task;
  cell.baseline_directory = cells.baseline->directory;
  cell.baseline_items = static_cast<std::int64_t>(cells.baseline->items.size());
  if (cells.candidate == nullptr) {
    cell.reasons.emplace_back("the candidate lacks this setup");
    return cell;
  }
  cell.candidate_directory = cells.candidate->directory;
  cell.candidate_items = static_cast<std::int64_t>(cells.candidate->items.size());
  const std::vector<ItemPair> pairs = comparable_pairs(cells, options, cell);
  if (pairs.empty()) return cell;
  cell.compared_items = static_cast<std::int64_t>(pairs.size());
  cell.verdict = Verdict::kNoRegression;
  cell.graders.push_back(compare_verdicts(pairs, Grader::kReference, options.bootstrap));
  const bool all_verified = std::all_of(
      pairs.begin(), pairs.end(), [](const ItemPair& p) { return graded(p, Grader::kVerified); });
  if (all_verified) {
    cell.graders.push_back(compare_verdicts(pairs, Grader::kVerified, options.bootstrap));
    if (options.grader != GraderChoice::kReference) cell.deciding = Grader::kVerified;
  }
  return cell;
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

void decide(CellComparison& cell, const ComparisonOptions& options) {
  const GraderComparison* result = cell.decided_by();
  if (result == nullptr) return;
  const double points = 100 * result->counts.difference_frac();
  const bool significant = result->p_holm < options.alpha;
  // A drop of exactly the allowed points passes, whatever the rounding of the difference.
  if (points < -options.max_drop_points - 1e-9) {
    cell.verdict = Verdict::kRegression;
    cell.reasons.push_back(fmt::format("{:+.2f} points, more than the {:g} allowed", points,
                                       -options.max_drop_points));
  }
  if (significant && points < 0) {
    cell.verdict = Verdict::kRegression;
    cell.reasons.push_back(fmt::format("{:+.2f} points, significant (p = {:.2g} < {:g})", points,
                                       result->p_holm, options.alpha));
  }
  if (significant && points > 0) cell.verdict = Verdict::kImproved;
}

void check(const ComparisonOptions& options) {
  if (!(options.max_drop_points >= 0)) {
    throw UsageError(fmt::format("--max_drop_points: {}, expected 0 or more; change the flag",
                                 options.max_drop_points));
  }
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
  return std::any_of(cells.begin(), cells.end(),
                     [](const CellComparison& c) { return c.verdict == Verdict::kRegression; });
}

bool Comparison::comparable() const {
  return !cells.empty() && std::none_of(cells.begin(), cells.end(), [](const CellComparison& c) {
    return c.verdict == Verdict::kNotComparable;
  });
}

Comparison compare_runs(const RunOutcomes& baseline, const RunOutcomes& candidate,
                        const ComparisonOptions& options) {
  check(options);
  Comparison comparison{baseline.label, candidate.label, options, {}, {}};
  for (const CellPair& pair : pair_cells(baseline, candidate)) {
    if (pair.baseline == nullptr) {
      comparison.notes.push_back(fmt::format("only the candidate has {}", pair.name));
    } else if (pair.candidate == nullptr && options.allow_different_items) {
      comparison.notes.push_back(fmt::format("only the baseline has {}", pair.name));
    } else {
      comparison.cells.push_back(compare_cells(pair, options));
    }
  }
  correct_over_cells(comparison.cells, Grader::kReference);
  correct_over_cells(comparison.cells, Grader::kVerified);
  for (CellComparison& cell : comparison.cells) decide(cell, options);
  return comparison;
}

}  // namespace evotoken::reports
