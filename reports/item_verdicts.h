// Which items a cell holds and which of them are correct, in eight bytes an item.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "reports/item_key.h"
#include "reports/statistics/selection.h"

namespace evotoken::reports {

/// Filled item by item, then sorted, then read.
class ItemVerdicts {
 public:
  /// `correct` is empty for an item without a grade.
  void add(ItemKey key, std::optional<bool> correct);
  void sort();

  /// The different items; those of unknown identity count as different.
  std::int64_t distinct() const;
  /// Is every item known, graded and there once?
  bool is_complete() const;
  bool has_same_items(const ItemVerdicts& other) const;
  /// The verdicts in the order of the keys.
  Verdicts correct() const;

 private:
  /// The key with the verdict in the place of its lowest bit; 63 bits tell items apart as well. A
  /// deque does not need the double of its memory while it grows.
  std::deque<std::uint64_t> entries_;
  std::int64_t unknown_ = 0;
  std::int64_t ungraded_ = 0;
};

}  // namespace evotoken::reports
