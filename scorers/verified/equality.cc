// Rational numbers are compared exactly (GMP). All else is enclosed (Arb), at several points where
// there are variables: enclosures that do not meet prove inequality. Where they meet with 160 bits
// they are drawn again with 1,200; expressions that agree to 900 bits at all points count as equal.
// That is no proof, but no two different answers to one problem are known to come near it: a few
// hundred bits separate any two algebraic numbers that a short text can write, and a rational
// function that vanishes at five points by chance would have them all among its roots.
//
// The points are fixed rationals per variable name, so a verdict never changes between runs. Most
// are positive: √(x²) = x is what a school book means; one is negative and one above 10.
#include "scorers/verified/equality.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "scorers/verified/ball_value.h"
#include "scorers/verified/exact_value.h"

namespace evotoken::scorers::verified {
namespace {

constexpr slong kCoarseBits = 160;
constexpr slong kFineBits = 1200;
constexpr slong kAgreementBits = 900;
constexpr std::size_t kPoints = 5;
constexpr std::size_t kMinPoints = 2;  // with variables

/// FNV-1a: a stable hash, unlike std::hash.
std::uint64_t hash_of(std::string_view text, std::uint64_t seed) {
  std::uint64_t hash = 14695981039346656037ULL ^ (seed * 1099511628211ULL);
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return hash ^ (hash >> 29U);
}

/// The `index`-th point: each variable in (0, 4), at the fourth point in (-4, 0), at the fifth in
/// (10, 14).
EvaluationPoint point_for(const std::set<std::string>& symbols, std::size_t index) {
  EvaluationPoint point;
  for (const std::string& name : symbols) {
    const std::uint64_t hash = hash_of(name, index + 1);
    mpq_class value(static_cast<unsigned long>(hash % 999983 + 1), 262147UL);
    value.canonicalize();
    if (index == 3) value = -value;
    if (index == 4) value += 10;
    point.variables.emplace(name, value);
  }
  return point;
}

std::vector<EvaluationPoint> points_for(const Node& a, const Node& b) {
  std::set<std::string> symbols;
  collect_symbols(a, symbols);
  collect_symbols(b, symbols);
  std::vector<EvaluationPoint> points;
  const std::size_t count = symbols.empty() ? 1 : kPoints;
  for (std::size_t i = 0; i < count; ++i) points.push_back(point_for(symbols, i));
  return points;
}

/// Do the enclosures agree to kAgreementBits, relative to the value unless that may be zero?
bool agree(const Ball& a, const Ball& b) {
  Ball difference;
  acb_sub(difference.get(), a.get(), b.get(), kFineBits);
  mag_t size;
  mag_t bound;
  mag_init(size);
  mag_init(bound);
  acb_get_mag(size, difference.get());
  if (acb_contains_zero(a.get()) != 0) {
    mag_one(bound);
  } else {
    acb_get_mag(bound, a.get());
  }
  mag_mul_2exp_si(bound, bound, -kAgreementBits);
  const bool small = mag_cmp(size, bound) <= 0;
  mag_clear(size);
  mag_clear(bound);
  return small;
}

enum class Meeting { kApart, kAgree, kUndefined };

Meeting meet(const Ball& a, const Ball& b, slong precision) {
  if (acb_overlaps(a.get(), b.get()) == 0) return Meeting::kApart;
  if (precision < kFineBits) return Meeting::kAgree;
  return agree(a, b) ? Meeting::kAgree : Meeting::kUndefined;
}

Meeting meet_at(const Node& a, const Node& b, const EvaluationPoint& point, Budget& budget) {
  const auto value_a = evaluate(a, point, budget);
  if (!value_a) return Meeting::kUndefined;
  const auto value_b = evaluate(b, point, budget);
  if (!value_b) return Meeting::kUndefined;
  return meet(*value_a, *value_b, point.precision_bits);
}

}  // namespace

bool equal_values(const Node& a, const Node& b, Budget& budget) {
  if (same_tree(a, b)) return true;
  const auto exact_a = exact_value(a, budget);
  if (exact_a) {
    if (const auto exact_b = exact_value(b, budget)) return *exact_a == *exact_b;
  }
  std::vector<EvaluationPoint> points = points_for(a, b);
  for (const slong precision : {kCoarseBits, kFineBits}) {
    std::size_t defined = 0;
    for (EvaluationPoint& point : points) {
      point.precision_bits = precision;
      const Meeting meeting = meet_at(a, b, point, budget);
      if (meeting == Meeting::kApart) return false;
      if (meeting == Meeting::kAgree) ++defined;
    }
    if (defined < std::min(points.size(), kMinPoints)) return false;
  }
  return true;
}

bool proportional(const Node& a, const Node& b, bool positive, Budget& budget) {
  std::optional<std::pair<Ball, Ball>> first;
  std::size_t compared = 0;
  for (EvaluationPoint& point : points_for(a, b)) {
    point.precision_bits = kFineBits;
    auto value_a = evaluate(a, point, budget);
    auto value_b = evaluate(b, point, budget);
    if (!value_a || !value_b) continue;
    if (acb_contains_zero(value_a->get()) != 0 || acb_contains_zero(value_b->get()) != 0) {
      if (meet(*value_a, *value_b, kFineBits) == Meeting::kApart) return false;
      continue;  // zero at the same point
    }
    if (!first) {
      if (positive) {
        Ball product;
        acb_mul(product.get(), value_a->get(), value_b->get(), kFineBits);
        if (arb_is_positive(product.real()) == 0) return false;
      }
      first = std::pair(std::move(*value_a), std::move(*value_b));
      continue;
    }
    Ball left;
    Ball right;
    acb_mul(left.get(), value_a->get(), first->second.get(), kFineBits);
    acb_mul(right.get(), value_b->get(), first->first.get(), kFineBits);
    if (meet(left, right, kFineBits) != Meeting::kAgree) return false;
    ++compared;
  }
  return compared >= kMinPoints;
}

}  // namespace evotoken::scorers::verified
