// Interval of a mean by resampling.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "reports/statistics/wilson.h"

namespace evotoken::reports {

struct BootstrapOptions {
  std::int64_t resamples = 10'000;  ///< at least 1
  double confidence = kDefaultConfidence;
  std::uint64_t seed = 42;
};

/// Percentile bootstrap interval of the mean of `differences` (candidate minus baseline, item by
/// item, so that the pairing is kept), in their unit. The same for the same input and options on
/// every machine. Nothing for an empty span. Throws std::invalid_argument for options out of range.
/// Source: B. Efron, R. Tibshirani, An Introduction to the Bootstrap (1993), section 13.3.
std::optional<Interval> paired_bootstrap(std::span<const double> differences,
                                         const BootstrapOptions& options = {});

}  // namespace evotoken::reports
