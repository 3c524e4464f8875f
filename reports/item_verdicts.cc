#include "reports/item_verdicts.h"

#include <algorithm>

namespace evotoken::reports {
namespace {

constexpr std::uint64_t kVerdict = 1;

bool is_same_item(std::uint64_t a, std::uint64_t b) { return (a | kVerdict) == (b | kVerdict); }

}  // namespace

void ItemVerdicts::add(ItemKey key, std::optional<bool> correct) {
  if (!correct) ++ungraded_;
  if (!key.is_known()) {
    ++unknown_;
    return;
  }
  entries_.push_back((key.bits() & ~kVerdict) | (correct.value_or(false) ? kVerdict : 0));
}

void ItemVerdicts::sort() { std::sort(entries_.begin(), entries_.end()); }

std::int64_t ItemVerdicts::distinct() const {
  std::int64_t count = unknown_;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (i == 0 || !is_same_item(entries_[i - 1], entries_[i])) ++count;
  }
  return count;
}

bool ItemVerdicts::is_complete() const {
  return unknown_ == 0 && ungraded_ == 0 &&
         std::adjacent_find(entries_.begin(), entries_.end(), is_same_item) == entries_.end();
}

bool ItemVerdicts::has_same_items(const ItemVerdicts& other) const {
  return std::equal(entries_.begin(), entries_.end(), other.entries_.begin(), other.entries_.end(),
                    is_same_item);
}

Verdicts ItemVerdicts::correct() const {
  Verdicts verdicts;
  verdicts.reserve(entries_.size());
  for (const std::uint64_t entry : entries_) verdicts.push_back((entry & kVerdict) != 0);
  return verdicts;
}

}  // namespace evotoken::reports
