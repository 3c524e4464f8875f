// Many comparisons at once: which of them still mean something.
#pragma once

#include <span>
#include <vector>

namespace evotoken::reports {

/// Holm's step-down correction: adjusted p-values in the order given, each in [0, 1]. Rejecting
/// those at or below a level keeps the chance of any false alarm at or below it, whatever the
/// dependence between the tests. Throws std::invalid_argument for a p outside [0, 1].
/// Source: S. Holm, Scandinavian Journal of Statistics 6 (1979) 65–70.
std::vector<double> holm_adjust(std::span<const double> p_values);

}  // namespace evotoken::reports
