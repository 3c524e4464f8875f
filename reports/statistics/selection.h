// The bias of reporting the best of several settings on the items that chose it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace evotoken::reports {

/// Verdicts of one setting, one per item; all settings have the same items in the same order.
using Verdicts = std::vector<bool>;

struct SelectionOptions {
  std::int64_t splits = 1'000;  ///< at least 1; each is used both ways round
  std::uint64_t seed = 42;
};

/// What choosing costs. All accuracies are fractions.
struct SelectionEstimate {
  double held_out_frac = 0;  ///< mean accuracy, on the other half, of the setting that a half chose
  double chosen_half_frac = 0;         ///< mean of the maximum on the half that chose
  double held_out_deviation_frac = 0;  ///< standard deviation of the held-out accuracy over splits
  std::int64_t splits = 0;
  std::vector<double> chosen_share;  ///< how often each setting was chosen, summing to 1

  /// How much of a half's maximum is luck: chosen_half_frac − held_out_frac.
  double bias_frac() const { return chosen_half_frac - held_out_frac; }
};

/// Chooses the best setting on a random half of the items and reports it on the other, over many
/// seeded splits, each used both ways round. Of equal settings the first is chosen, as the
/// published report does. Nothing for no settings or fewer than two items. Throws
/// std::invalid_argument when settings differ in their number of items.
/// Source: the repeated split-half estimate of the optimism of a selected model; see G. C. Cawley,
/// N. L. C. Talbot, JMLR 11 (2010) 2079–2107, section 5.
std::optional<SelectionEstimate> selection_estimate(const std::vector<Verdicts>& settings,
                                                    const SelectionOptions& options = {});

}  // namespace evotoken::reports
