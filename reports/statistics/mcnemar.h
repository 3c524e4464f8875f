// Do two runs on the same items differ? Only the items that flipped say anything.
#pragma once

#include <cstdint>

namespace evotoken::reports {

/// The items of a paired comparison by their two verdicts.
struct PairedCounts {
  std::int64_t both_correct = 0;
  std::int64_t only_baseline = 0;   ///< correct before, wrong now: lost
  std::int64_t only_candidate = 0;  ///< wrong before, correct now: gained
  std::int64_t neither = 0;

  std::int64_t items() const { return both_correct + only_baseline + only_candidate + neither; }
  /// Accuracy of the candidate minus that of the baseline, in [-1, 1]; 0 without items.
  double difference_frac() const;
};

/// Two-sided mid-p of McNemar's test: of b + c discordant items, b on one side, under a fair coin.
/// In (0, 1]; 1 when nothing flipped. Throws std::invalid_argument for negative counts.
/// Source: M. W. Fagerland, S. Lydersen, P. Laake, BMC Medical Research Methodology 13:91 (2013),
/// who recommend it over the exact conditional test (too cautious) and the asymptotic one.
double mid_p_mcnemar(std::int64_t b, std::int64_t c);

}  // namespace evotoken::reports
