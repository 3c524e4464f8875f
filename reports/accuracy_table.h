// Accuracy per setup: what the published get_acc.py reports, with what it leaves unsaid.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reports/result_record.h"

namespace evotoken::reports {

/// `correct` of `processed`; the fraction is unknown while nothing is processed.
struct Accuracy {
  std::int64_t correct = 0;
  std::int64_t processed = 0;

  std::optional<double> accuracy_frac() const {
    if (processed == 0) return std::nullopt;
    return static_cast<double>(correct) / static_cast<double>(processed);
  }
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

  // Figures are known only when every graded item has them.
  std::optional<double> decode_time_s;  ///< wall time of decoding, summed over the workers
  std::optional<double> tokens_per_second_to_eos;
  std::optional<double> tokens_per_second;
  std::optional<double> nfe_mean;

  /// Items that the test set has and the results have not; unknown where the size is.
  std::optional<std::int64_t> missing() const;
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
  std::string directory;  ///< the best one; the first by name of equals
  std::int64_t k_soft = 0;
  std::string alpha_soft_mask;
  std::int64_t directories = 0;  ///< how many were compared
};

struct AccuracyTable {
  /// By family, task, length, steps, setup; in each the baselines first, then by k and name.
  std::vector<AccuracyCell> cells;
  std::vector<BestOverAlpha> best;  ///< by family, then by setup name
};

/// Known sizes by directory and setup; see audit.h.
using ExpectedItems = std::map<std::pair<std::string, std::string>, std::int64_t>;

AccuracyTable make_accuracy_table(const std::vector<ResultRecord>& records,
                                  const ExpectedItems& expected = {});

}  // namespace evotoken::reports
