// Bounds of the work on one item: counted, not timed, so that a verdict never depends on the clock.
#pragma once

#include <cstdint>

namespace evotoken::scorers::verified {

/// An item needs more than it may take; its reason is then `scorer_limit`.
struct LimitReached {};

/// What is left for one item, in units of about a tenth of a microsecond.
class Budget {
 public:
  explicit Budget(std::int64_t units) : left_(units) {}

  /// Throws LimitReached when `units` are more than is left.
  void spend(std::int64_t units) {
    left_ -= units;
    if (left_ < 0) throw LimitReached{};
  }

 private:
  std::int64_t left_;
};

}  // namespace evotoken::scorers::verified
