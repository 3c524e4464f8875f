#include "reports/statistics/selection.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "reports/statistics/random.h"
#include "reports/statistics/summary.h"

namespace evotoken::reports {
namespace {

/// Correct items of each setting in one half.
using Counts = std::vector<std::int64_t>;

std::size_t first_best(const Counts& counts) {
  return static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

void check(const std::vector<Verdicts>& settings, const SelectionOptions& options) {
  const bool same_size = std::all_of(settings.begin(), settings.end(), [&](const Verdicts& v) {
    return v.size() == settings.front().size();
  });
  if (!same_size || options.splits < 1) {
    throw std::invalid_argument(
        "selection_estimate: expected the same items in every setting and splits of 1 or more");
  }
}

class SplitHalves {
 public:
  SplitHalves(const std::vector<Verdicts>& settings, std::uint64_t seed)
      : settings_(settings), random_(seed), order_(settings.front().size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    for (const Verdicts& verdicts : settings_) {
      totals_.push_back(std::count(verdicts.begin(), verdicts.end(), true));
    }
  }

  const Counts& totals() const { return totals_; }

  /// Correct items of each setting in a new random half of floor(n/2) items.
  Counts next_half() {
    const std::size_t half = order_.size() / 2;
    for (std::size_t i = 0; i < half; ++i) {  // Fisher–Yates, as far as it is needed
      std::swap(order_[i], order_[i + random_.index(order_.size() - i)]);
    }
    Counts counts;
    for (const Verdicts& verdicts : settings_) {
      counts.push_back(std::count_if(order_.begin(),
                                     order_.begin() + static_cast<std::ptrdiff_t>(half),
                                     [&](std::size_t item) { return verdicts[item]; }));
    }
    return counts;
  }

 private:
  const std::vector<Verdicts>& settings_;
  SplitMix64 random_;
  std::vector<std::size_t> order_;
  Counts totals_;
};

}  // namespace

std::optional<SelectionEstimate> selection_estimate(const std::vector<Verdicts>& settings,
                                                    const SelectionOptions& options) {
  if (settings.empty()) return std::nullopt;
  check(settings, options);
  const std::size_t items = settings.front().size();
  if (items < 2) return std::nullopt;

  SplitHalves halves(settings, options.seed);
  const std::size_t half = items / 2;
  const auto first_items = static_cast<double>(half);
  const auto second_items = static_cast<double>(items - half);
  std::vector<double> held_out;
  SelectionEstimate estimate;
  estimate.chosen_share.resize(settings.size());
  const auto use = [&](const Counts& chooses, double size, const Counts& reports, double rest) {
    const std::size_t best = first_best(chooses);
    estimate.chosen_half_frac += static_cast<double>(chooses[best]) / size;
    estimate.chosen_share[best] += 1;
    return static_cast<double>(reports[best]) / rest;
  };
  for (std::int64_t split = 0; split < options.splits; ++split) {
    const Counts first = halves.next_half();
    Counts second = halves.totals();
    for (std::size_t s = 0; s < second.size(); ++s) second[s] -= first[s];
    const double forth = use(first, first_items, second, second_items);
    const double back = use(second, second_items, first, first_items);
    held_out.push_back((forth + back) / 2);
  }
  const auto uses = static_cast<double>(2 * options.splits);
  estimate.chosen_half_frac /= uses;
  for (double& share : estimate.chosen_share) share /= uses;
  const auto summary = *mean_and_deviation(held_out);
  estimate.held_out_frac = summary.mean;
  estimate.held_out_deviation_frac = summary.deviation.value_or(0);
  estimate.splits = options.splits;
  return estimate;
}

}  // namespace evotoken::reports
