#include "reports/statistics/summary.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace evotoken::reports {

std::optional<MeanAndDeviation> mean_and_deviation(std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  MeanAndDeviation result;
  result.count = static_cast<std::int64_t>(values.size());
  result.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  if (values.size() == 1) return result;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  result.deviation = std::sqrt(squares / (n - 1));
  return result;
}

std::optional<double> quantile(std::vector<double> values, double probability) {
  if (!(probability >= 0 && probability <= 1)) {
    throw std::invalid_argument("quantile: expected a probability from 0 to 1");
  }
  if (values.empty()) return std::nullopt;
  const double place = probability * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto lower = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), lower, values.end());
  if (below + 1 == values.size()) return *lower;
  const double above = *std::min_element(lower + 1, values.end());
  return *lower + (place - static_cast<double>(below)) * (above - *lower);
}

std::optional<Percentiles> percentiles(std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  const std::vector<double> all(values.begin(), values.end());
  return Percentiles{*quantile(all, 0.50), *quantile(all, 0.95), *quantile(all, 0.99)};
}

}  // namespace evotoken::reports
