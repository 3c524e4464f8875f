// Accuracy per setup: what the published get_acc.py reports, with what it leaves unsaid.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reports/over_seeds.h"
#include "reports/result_record.h"
#include "reports/statistics/selection.h"
#include "reports/statistics/summary.h"
#include "reports/statistics/wilson.h"

namespace evotoken::reports {

/// `correct` of `processed`; the fraction is unknown while nothing is processed.
struct Accuracy {
  std::int64_t correct = 0;
  std::int64_t processed = 0;

  std::optional<double> accuracy_frac() const {
    if (processed == 0) return std::nullopt;
    return static_cast<double>(correct) / static_cast<double>(processed);
  }
  /// Wilson's interval of the fraction at 95 % confidence.
  std::optional<Interval> interval_frac() const { return wilson_interval(correct, processed); }
};

/// All results of one setup (task, length, steps) in one directory, over all of its rank files.
/// As the published code does, items are summed over ranks as they stand: duplicates count twice
/// here, and the audit says so.
struct AccuracyCell {
  std::string directory;
  std::string setup;
  std::string task;  ///< empty: unknown, all items failed
  std::optional<std::int64_t> gen_length;
  std::optional<std::int64_t> steps;
  std::string family;                          ///< family_of(directory)
  std::optional<std::int64_t> k_soft;          ///< empty: a baseline
  std::optional<std::string> alpha_soft_mask;  ///< as the directory spells it

  std::int64_t items = 0;                      ///< all items, failed ones included
  std::int64_t distinct_items = 0;             ///< items of unknown identity count as distinct
  std::optional<std::int64_t> expected_items;  ///< size of the test set or of the run
  std::int64_t failed = 0;                     ///< items without a grade: in no accuracy
  std::int64_t no_gold = 0;
  Accuracy reference;
  std::optional<Accuracy> verified;  ///< empty unless every graded item has a verified grade
  /// Of the items with a verified grade: without any answer, and those of them that were cut off.
  std::int64_t no_answer = 0;
  std::int64_t truncated = 0;

  // Figures are known only when every graded item has them.
  std::optional<double> decode_time_s;  ///< wall time of decoding, summed over the workers
  std::optional<double> tokens_per_second_to_eos;
  std::optional<double> tokens_per_second;
  std::optional<double> nfe_mean;
  std::optional<double> answers_per_second;
  std::optional<double> tokens_per_pass;  ///< generated tokens per forward pass
  std::optional<Percentiles> latency_s;   ///< of a sample
  std::optional<double> energy_j;         ///< of the device, summed over the samples

  /// Items that the test set has and the results have not; unknown where the size is.
  std::optional<std::int64_t> missing() const;
  /// Verified less reference accuracy; what the published parser gets wrong in sum.
  std::optional<double> verified_difference_frac() const;
  /// The extraction rate: items with an answer of all; unknown without the verified grader.
  std::optional<double> answered_frac() const;
};

/// The published headline: for one setup the best of the directories
/// `{base}_kSoft_{k}_alphaSoftMask_{α}`. The setting is chosen on the test set, so this is an upper
/// end, not an estimate.
struct BestOverAlpha {
  std::string family;
  std::string setup;
  std::string task;
  std::optional<std::int64_t> gen_length;
  std::optional<std::int64_t> steps;
  Accuracy reference;
  std::optional<Accuracy> verified;  ///< of the same directory
  std::string directory;             ///< the best one; the first by name of equals
  std::int64_t k_soft = 0;
  std::string alpha_soft_mask;
  std::int64_t directories = 0;  ///< how many were compared
  /// What the choice is worth on items that did not make it; see selection_over_alpha.h.
  std::optional<SelectionEstimate> selection;
};

struct AccuracyTable {
  /// By family, task, length, steps, setup; in each the baselines first, then by k and name.
  std::vector<AccuracyCell> cells;
  std::vector<BestOverAlpha> best;  ///< by family, then by setup name
  std::vector<OverSeeds> seeds;     ///< setups that were run with several seeds
};

/// How the directories of a table are called in it: by the last part of their paths where that
/// tells all of them apart, else by their whole paths.
std::map<std::string, std::string> directory_names(const AccuracyTable& table);

/// Known sizes by directory and setup; see audit.h.
using ExpectedItems = std::map<std::pair<std::string, std::string>, std::int64_t>;

/// Makes the table from records as they come in. Keeps eight bytes of a record (item_verdicts.h),
/// eight more where it has a latency, and the sums of its cell.
class AccuracyTableBuilder {
 public:
  AccuracyTableBuilder();
  ~AccuracyTableBuilder();

  void add(const ResultRecord& record);
  /// The table of all records added; the builder is empty afterwards.
  AccuracyTable finish(const ExpectedItems& expected = {});

 private:
  struct Cells;
  std::unique_ptr<Cells> cells_;
};

AccuracyTable make_accuracy_table(const std::vector<ResultRecord>& records,
                                  const ExpectedItems& expected = {});

}  // namespace evotoken::reports
