#include "reports/over_seeds.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "reports/accuracy_table.h"

namespace evotoken::reports {
namespace {

constexpr std::string_view kMark = "_seed_";
constexpr const char* kPublishedSeed = "42";

struct Runs {
  std::vector<std::string> seeds;
  std::vector<double> reference;
  std::vector<double> verified;
};

}  // namespace

SeedlessDirectory without_seed(std::string_view directory) {
  const std::size_t mark = directory.rfind(kMark);
  if (mark != std::string_view::npos) {
    const std::size_t begin = mark + kMark.size();
    const std::size_t end =
        std::min(directory.find_first_not_of("0123456789", begin), directory.size());
    if (end > begin && (end == directory.size() || directory[end] == '_')) {
      std::string rest(directory.substr(0, mark));
      rest += directory.substr(end);
      return {rest, std::string(directory.substr(begin, end - begin))};
    }
  }
  return {std::string(directory), kPublishedSeed};
}

std::vector<OverSeeds> over_seeds(const std::vector<AccuracyCell>& cells) {
  using Key = std::tuple<std::string, std::string, std::string>;
  std::map<Key, Runs> runs_of;
  std::vector<Key> order;
  for (const AccuracyCell& cell : cells) {
    const auto accuracy = cell.reference.accuracy_frac();
    if (!accuracy) continue;
    const SeedlessDirectory place = without_seed(cell.directory);
    const Key key{place.directory, cell.setup, cell.task};
    const auto [it, is_new] = runs_of.try_emplace(key);
    if (is_new) order.push_back(key);
    it->second.seeds.push_back(place.seed);
    it->second.reference.push_back(*accuracy);
    const auto verified = cell.verified ? cell.verified->accuracy_frac() : std::nullopt;
    if (verified) it->second.verified.push_back(*verified);
  }
  std::vector<OverSeeds> groups;
  for (const Key& key : order) {
    const Runs& runs = runs_of.at(key);
    if (runs.seeds.size() < 2) continue;
    OverSeeds group;
    std::tie(group.directory, group.setup, group.task) = key;
    group.seeds = runs.seeds;
    group.reference_frac = *mean_and_deviation(runs.reference);
    if (runs.verified.size() == runs.seeds.size()) {
      group.verified_frac = mean_and_deviation(runs.verified);
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace evotoken::reports
