#include "reports/comparison/pairing.h"

#include <fmt/format.h>

#include <filesystem>
#include <set>
#include <unordered_map>

namespace evotoken::reports {
namespace {

std::set<std::string> directories_of(const RunOutcomes& run) {
  std::set<std::string> directories;
  for (const OutcomeCell& cell : run.cells) directories.insert(cell.directory);
  return directories;
}

/// The names of a run's cells: the setup alone where neither run has several directories, else with
/// the directory's own name before it.
std::vector<std::string> cell_names(const RunOutcomes& run, bool with_directory) {
  std::vector<std::string> names;
  for (const OutcomeCell& cell : run.cells) {
    const std::string folder = std::filesystem::path(cell.directory).filename().string();
    names.push_back(with_directory ? fmt::format("{}/{}", folder, cell.setup) : cell.setup);
  }
  return names;
}

}  // namespace

std::vector<CellPair> pair_cells(const RunOutcomes& baseline, const RunOutcomes& candidate) {
  if (baseline.cells.size() == 1 && candidate.cells.size() == 1) {
    const OutcomeCell& before = baseline.cells.front();
    const OutcomeCell& now = candidate.cells.front();
    const bool renamed = before.setup != now.setup;
    return {{renamed ? fmt::format("{} → {}", before.setup, now.setup) : now.setup, &before, &now}};
  }
  const bool with_directory =
      directories_of(baseline).size() > 1 || directories_of(candidate).size() > 1;
  const std::vector<std::string> before = cell_names(baseline, with_directory);
  const std::vector<std::string> now = cell_names(candidate, with_directory);
  std::vector<CellPair> pairs;
  std::set<std::size_t> taken;
  for (std::size_t b = 0; b < before.size(); ++b) {
    CellPair pair{before[b], &baseline.cells[b], nullptr};
    for (std::size_t c = 0; c < now.size() && pair.candidate == nullptr; ++c) {
      if (now[c] == before[b] && taken.insert(c).second) pair.candidate = &candidate.cells[c];
    }
    pairs.push_back(std::move(pair));
  }
  for (std::size_t c = 0; c < now.size(); ++c) {
    if (!taken.contains(c)) pairs.push_back({now[c], nullptr, &candidate.cells[c]});
  }
  return pairs;
}

PairedItems pair_items(const OutcomeCell& baseline, const OutcomeCell& candidate) {
  std::unordered_map<std::string, const ItemOutcome*> by_key;
  for (const ItemOutcome& item : candidate.items) by_key.emplace(item.key, &item);
  PairedItems paired;
  for (const ItemOutcome& item : baseline.items) {
    const auto found = by_key.find(item.key);
    if (found == by_key.end()) {
      ++paired.only_baseline;
      continue;
    }
    paired.pairs.push_back({&item, found->second});
    if (item.prompt != found->second->prompt) ++paired.other_prompts;
  }
  paired.only_candidate = static_cast<std::int64_t>(candidate.items.size() - paired.pairs.size());
  return paired;
}

}  // namespace evotoken::reports
