// The same setting run with several seeds: how much of an accuracy is luck of the draw.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/result_record.h"
#include "reports/statistics/summary.h"

namespace evotoken::reports {

struct AccuracyCell;

/// One setup over its seeds.
struct OverSeeds {
  std::string directory;  ///< without the seed
  std::string setup;
  std::string task;
  std::vector<std::string> seeds;   ///< as the directories spell them, in the cells' order
  MeanAndDeviation reference_frac;  ///< of the runs' accuracies
  std::optional<MeanAndDeviation> verified_frac;  ///< known when every run's is
};

/// A directory's name without its seed.
struct SeedlessDirectory {
  std::string directory;
  std::string seed;
};

/// The name without the last "_seed_N" that evotoken-eval puts into it, and that N; "42", the
/// published seed, where the name says none.
SeedlessDirectory without_seed(std::string_view directory);

/// One entry for each setup that was run with two seeds or more, in the cells' order.
std::vector<OverSeeds> over_seeds(const std::vector<AccuracyCell>& cells);

}  // namespace evotoken::reports
