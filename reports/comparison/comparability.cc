#include "reports/comparison/comparability.h"

#include <fmt/format.h>

#include <algorithm>

namespace evotoken::reports {
namespace {

bool graded(const ItemPair& pair, Grader grader) {
  return verdict_of(*pair.baseline, grader) && verdict_of(*pair.candidate, grader);
}

/// Leaves the pairs that the reference grader graded on both sides; returns how many it did not.
std::int64_t drop_ungraded(std::vector<ItemPair>& pairs) {
  return static_cast<std::int64_t>(
      std::erase_if(pairs, [](const ItemPair& p) { return !graded(p, Grader::kReference); }));
}

/// Why the cell cannot be compared, or what is left out where that is allowed.
class Objections {
 public:
  explicit Objections(std::vector<std::string>& reasons) : reasons_(reasons) {}

  /// `remedy` names the flag that allows it.
  void add(bool allowed, const std::string& reason, const char* remedy) {
    if (allowed) {
      reasons_.push_back(fmt::format("allowed: {}", reason));
    } else {
      reasons_.push_back(fmt::format("{}; {} compares all the same", reason, remedy));
      refused_ = true;
    }
  }
  void refuse(std::string reason) {
    reasons_.push_back(std::move(reason));
    refused_ = true;
  }
  bool refused() const { return refused_; }

 private:
  std::vector<std::string>& reasons_;
  bool refused_ = false;
};

constexpr const char* kAllowItems = "--allow_different_items";
constexpr const char* kAllowPrompts = "--allow_different_prompts";

}  // namespace

std::optional<bool> verdict_of(const ItemOutcome& item, Grader grader) {
  return grader == Grader::kReference ? item.reference : item.verified;
}

bool all_verified(const std::vector<ItemPair>& pairs) {
  return std::ranges::all_of(pairs, [](const ItemPair& p) { return graded(p, Grader::kVerified); });
}

std::vector<ItemPair> comparable_pairs(const CellPair& cells, const ComparisonOptions& options,
                                       std::vector<std::string>& reasons) {
  Objections objections(reasons);
  if (cells.baseline->task != cells.candidate->task) {
    objections.refuse(
        fmt::format("other tasks: {} before, {} now", cells.baseline->task, cells.candidate->task));
    return {};
  }
  PairedItems items = pair_items(*cells.baseline, *cells.candidate);
  if (items.only_baseline + items.only_candidate > 0) {
    objections.add(options.allow_different_items,
                   fmt::format("other items: {} of the baseline's {} and {} of the candidate's {} "
                               "have no counterpart",
                               items.only_baseline, cells.baseline->items.size(),
                               items.only_candidate, cells.candidate->items.size()),
                   kAllowItems);
  }
  if (items.other_prompts > 0) {
    objections.add(options.allow_different_prompts,
                   fmt::format("other prompts: {} of {} shared items were asked in other words",
                               items.other_prompts, items.pairs.size()),
                   kAllowPrompts);
  }
  if (const std::int64_t ungraded = drop_ungraded(items.pairs); ungraded > 0) {
    objections.add(options.allow_different_items,
                   fmt::format("{} shared items have no grade in one of the runs", ungraded),
                   kAllowItems);
  }
  if (items.pairs.empty()) objections.refuse("no item in common that both runs graded");
  if (options.grader == GraderChoice::kVerified && !all_verified(items.pairs)) {
    objections.refuse("verified grades are missing; --grader reference compares the others");
  }
  if (objections.refused()) items.pairs.clear();
  return std::move(items.pairs);
}

}  // namespace evotoken::reports
