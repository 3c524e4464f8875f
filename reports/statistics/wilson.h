// Confidence interval of a proportion.
#pragma once

#include <cstdint>
#include <optional>

namespace evotoken::reports {

/// The confidence of every interval that a report shows unless it says otherwise.
inline constexpr double kDefaultConfidence = 0.95;

/// Both ends in the unit of what was estimated (for accuracies a fraction, not percent).
struct Interval {
  double low = 0;
  double high = 0;
};

/// Wilson's score interval for `correct` successes of `processed` trials, in [0, 1]. Without
/// continuity correction. Nothing when nothing was processed. Throws std::invalid_argument unless
/// 0 <= correct <= processed and 0 < confidence < 1.
/// Source: E. B. Wilson, JASA 22 (1927) 209–212; recommended for all n by Brown, Cai and DasGupta,
/// Statistical Science 16 (2001) 101–133.
std::optional<Interval> wilson_interval(std::int64_t correct, std::int64_t processed,
                                        double confidence = kDefaultConfidence);

/// z with Φ(z) = `probability`, for 0 < probability < 1 (std::invalid_argument otherwise).
/// |error| < 1e-14: bisection on std::erfc, so that no table of coefficients is needed.
double normal_quantile(double probability);

}  // namespace evotoken::reports
