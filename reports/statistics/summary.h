// What a handful of runs, or thousands of latencies, have in common.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace evotoken::reports {

/// Mean and sample standard deviation (n − 1 in the denominator) in the unit of the values.
struct MeanAndDeviation {
  double mean = 0;
  std::optional<double> deviation;  ///< unknown for a single value
  std::int64_t count = 0;
};

/// Nothing for no values. Two passes, so that close values lose no digits.
std::optional<MeanAndDeviation> mean_and_deviation(std::span<const double> values);

/// The `probability` quantile, 0 <= probability <= 1, linear between order statistics (type 7 of
/// Hyndman and Fan, The American Statistician 50 (1996) 361–365; the default of NumPy and R).
/// Nothing for no values; std::invalid_argument for another probability.
std::optional<double> quantile(std::vector<double> values, double probability);

/// The latencies that a service is judged by, in the unit of the values.
struct Percentiles {
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
};

/// By quantile(). Nothing for no values.
std::optional<Percentiles> percentiles(std::span<const double> values);

}  // namespace evotoken::reports
