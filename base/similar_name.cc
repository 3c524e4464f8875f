#include "base/similar_name.h"

#include <algorithm>
#include <cstddef>

namespace evotoken {
namespace {

constexpr std::size_t kMostEdits = 2;

/// Optimal string alignment: the least number of letters inserted, deleted, replaced, or swapped
/// with their neighbour.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string similar_name(std::string_view given, const std::vector<std::string>& known) {
  std::string stem(given);
  std::ranges::replace(stem, '-', '_');
  if (stem.empty()) return "";
  std::string containing;
  for (const std::string& name : known) {
    if (name.starts_with(stem)) return name;
    if (containing.empty() && name.find(stem) != std::string::npos) containing = name;
  }
  if (!containing.empty()) return containing;
  std::string nearest;
  // Of a short name two edits leave nothing.
  std::size_t least = std::min(kMostEdits, stem.size() / 2) + 1;
  for (const std::string& name : known) {
    const std::size_t longer = std::max(name.size(), stem.size());
    if (longer - std::min(name.size(), stem.size()) >= least) continue;
    if (const std::size_t distance = edits(stem, name); distance < least) {
      least = distance;
      nearest = name;
    }
  }
  return nearest;
}

}  // namespace evotoken
