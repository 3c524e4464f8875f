// With p = x/n and z the (1+confidence)/2 quantile of the normal distribution:
//   centre = (p + z²/2n) / (1 + z²/n)
//   half   = z · sqrt(p(1−p)/n + z²/4n²) / (1 + z²/n)
#include "reports/statistics/wilson.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace evotoken::reports {

double normal_quantile(double probability) {
  if (!(probability > 0 && probability < 1)) {
    throw std::invalid_argument("normal_quantile: expected a probability between 0 and 1");
  }
  // The upper tail keeps its digits where 1 − probability would lose them.
  const bool lower = probability < 0.5;
  const double tail = lower ? probability : 1 - probability;
  double low = 0;
  double high = 40;  // the tail beyond is below the smallest double
  for (int i = 0; i < 200 && low < high; ++i) {
    const double middle = (low + high) / 2;
    if (middle == low || middle == high) break;
    (std::erfc(middle / std::numbers::sqrt2) / 2 > tail ? low : high) = middle;
  }
  return lower ? -high : high;
}

std::optional<Interval> wilson_interval(std::int64_t correct, std::int64_t processed,
                                        double confidence) {
  if (correct < 0 || correct > processed) {
    throw std::invalid_argument("wilson_interval: expected 0 <= correct <= processed");
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw std::invalid_argument("wilson_interval: expected a confidence between 0 and 1");
  }
  if (processed == 0) return std::nullopt;
  const auto n = static_cast<double>(processed);
  const double p = static_cast<double>(correct) / n;
  const double z = normal_quantile((1 + confidence) / 2);
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  // At the ends the formula is exact and only rounding leaves [0, 1].
  return Interval{correct == 0 ? 0.0 : std::max(0.0, centre - half),
                  correct == processed ? 1.0 : std::min(1.0, centre + half)};
}

}  // namespace evotoken::reports
