// Two runs on the same items: did accuracy fall?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/outcomes.h"
#include "reports/statistics/bootstrap.h"
#include "reports/statistics/mcnemar.h"

namespace evotoken::reports {

enum class Grader { kReference, kVerified };

/// "reference" or "verified".
const char* grader_name(Grader grader);

/// Which grader decides. kAuto: the verified one where every compared item of both runs has its
/// verdict, else the reference one.
enum class GraderChoice { kAuto, kReference, kVerified };

struct ComparisonOptions {
  double max_drop_points = 1.0;  ///< a larger drop in percentage points is a regression; >= 0
  /// The same for all tasks of a folder together; empty: max_drop_points.
  std::optional<double> max_total_drop_points;
  /// More texts of a setup that are not the baseline's, in percent, are a regression, whatever
  /// became of the verdicts: for greedy decoding, which makes the same text again. Empty: not
  /// judged by.
  std::optional<double> max_changed_percent;
  double alpha = 0.05;  ///< level of significance, over all cells, and over all totals; in (0, 1)
  GraderChoice grader = GraderChoice::kAuto;
  bool allow_different_items = false;    ///< compare what both have
  bool allow_different_prompts = false;  ///< compare though the items were asked in other words
  BootstrapOptions bootstrap;

  double total_drop_points() const { return max_total_drop_points.value_or(max_drop_points); }
};

/// An item whose verdict changed.
struct Flip {
  std::string key;
  std::string question;  ///< empty where not known
  bool gained = false;   ///< wrong before, correct now
};

/// The comparison by one grader, over the items that both runs graded.
struct GraderComparison {
  Grader grader = Grader::kReference;
  PairedCounts counts;
  Interval difference_frac;  ///< bootstrap interval of the difference
  double p_value = 1;        ///< mid-p McNemar
  double p_holm = 1;         ///< corrected over the cells that were compared
  std::vector<Flip> flips;   ///< losses first, each in the order of the baseline
};

enum class Verdict {
  kNoRegression,
  kImproved,  ///< significantly better
  kRegression,
  kNotComparable,
};

/// "no regression", "improved", "REGRESSION", "not comparable".
const char* verdict_name(Verdict verdict);

/// One setup, or several together, in both runs.
struct CellComparison {
  std::string name;  ///< the setup, with its directory where a run has several
  std::string task;
  std::string baseline_directory;
  std::string candidate_directory;
  std::int64_t baseline_items = 0;
  std::int64_t candidate_items = 0;
  std::int64_t compared_items = 0;
  /// Compared items whose text is another one; empty where a run's texts are not known.
  std::optional<std::int64_t> changed_texts;
  std::vector<GraderComparison> graders;  ///< those that graded every compared item
  Grader deciding = Grader::kReference;   ///< always one of `graders` where the cell is comparable
  Verdict verdict = Verdict::kNotComparable;
  /// Why it is a regression or cannot be compared, and what was left out where that was allowed.
  std::vector<std::string> reasons;

  /// The grader that decides; nullptr where the cell could not be compared.
  const GraderComparison* decided_by() const;
};

struct Comparison {
  std::string baseline;
  std::string candidate;
  ComparisonOptions options;
  std::vector<CellComparison> cells;
  /// Tasks of one folder that were run alike, all their items together: a loss that is too small to
  /// show in a task shows here. `task` is "all".
  std::vector<CellComparison> totals;
  std::vector<std::string> notes;  ///< cells that one run alone has

  bool regression() const;
  bool comparable() const;  ///< every cell was compared, and there was one
};

/// Pairs the cells of both runs by setup (and by folder name where a run has several folders; two
/// runs of one cell each are compared whatever their names) and their items by question. A cell of
/// the baseline that the candidate lacks is not comparable; one that only the candidate has is a
/// note.
Comparison compare_runs(const RunOutcomes& baseline, const RunOutcomes& candidate,
                        const ComparisonOptions& options = {});

}  // namespace evotoken::reports
