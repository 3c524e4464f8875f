// With n = b + c and X ~ Binomial(n, 1/2):
//   exact p = min(1, 2 · P(X <= min(b, c)))
//   mid-p   = exact p − P(X = b)          for b ≠ c
//           = 1 − P(X = b) / 2            for b = c, where the two tails meet (Fagerland et al.)
#include "reports/statistics/mcnemar.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace evotoken::reports {
namespace {

/// P(X = k) for X ~ Binomial(n, 1/2), by logarithms: n may be in the thousands.
double fair_coin(std::int64_t n, std::int64_t k) {
  const auto log_factorial = [](std::int64_t m) { return std::lgamma(static_cast<double>(m) + 1); };
  return std::exp(log_factorial(n) - log_factorial(k) - log_factorial(n - k) -
                  static_cast<double>(n) * std::numbers::ln2);
}

double lower_tail(std::int64_t n, std::int64_t k) {
  double sum = 0;
  for (std::int64_t i = 0; i <= k; ++i) sum += fair_coin(n, i);
  return sum;
}

void check(std::int64_t b, std::int64_t c) {
  if (b < 0 || c < 0) throw std::invalid_argument("mcnemar: expected counts of 0 or more");
}

}  // namespace

double PairedCounts::difference_frac() const {
  if (items() == 0) return 0;
  return static_cast<double>(only_candidate - only_baseline) / static_cast<double>(items());
}

double mid_p_mcnemar(std::int64_t b, std::int64_t c) {
  check(b, c);
  if (b + c == 0) return 1;
  const double at_b = fair_coin(b + c, b);
  if (b == c) return 1 - at_b / 2;
  return std::min(1.0, 2 * lower_tail(b + c, std::min(b, c)) - at_b);
}

}  // namespace evotoken::reports
