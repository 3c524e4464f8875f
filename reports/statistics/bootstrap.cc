// Each resample draws as many differences as there are, with replacement, and keeps their mean. The
// interval is the (1−confidence)/2 and (1+confidence)/2 quantile of those means.
#include "reports/statistics/bootstrap.h"

#include <stdexcept>
#include <vector>

#include "reports/statistics/random.h"
#include "reports/statistics/summary.h"

namespace evotoken::reports {

std::optional<Interval> paired_bootstrap(std::span<const double> differences,
                                         const BootstrapOptions& options) {
  if (options.resamples < 1 || !(options.confidence > 0 && options.confidence < 1)) {
    throw std::invalid_argument(
        "paired_bootstrap: expected resamples of 1 or more and a confidence between 0 and 1");
  }
  if (differences.empty()) return std::nullopt;
  SplitMix64 random(options.seed);
  std::vector<double> means(static_cast<std::size_t>(options.resamples));
  for (double& mean : means) {
    double sum = 0;
    for (std::size_t i = 0; i < differences.size(); ++i) {
      sum += differences[random.index(differences.size())];
    }
    mean = sum / static_cast<double>(differences.size());
  }
  return Interval{*quantile(means, (1 - options.confidence) / 2),
                  *quantile(means, (1 + options.confidence) / 2)};
}

}  // namespace evotoken::reports
