// What is found in the tiles of a row of logits, and how findings become one; for the GPU, and in
// plain C++ for the tests on the host. Orders are total, so lists and candidates do not depend on
// how a row was cut; sums are added in the order that the caller fixes.
#pragma once

#include <c10/macros/Macros.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/kernels/predict_rows.h"

// Registers cannot be indexed at run time: loops over arrays that live in them must be unrolled.
#ifdef __CUDA_ARCH__
#define EVOTOKEN_UNROLL _Pragma("unroll")
#define EVOTOKEN_KEEP_ROLLED _Pragma("unroll 1")
#else
#define EVOTOKEN_UNROLL
#define EVOTOKEN_KEEP_ROLLED
#endif

namespace evotoken::kernels::tiles {

inline constexpr float kInfinity = std::numeric_limits<float>::infinity();
inline constexpr float kNotANumber = std::numeric_limits<float>::quiet_NaN();
inline constexpr double kWideInfinity = std::numeric_limits<double>::infinity();
/// Follows all rows of the vocabulary, so that −∞ of a real row comes before it.
inline constexpr std::int32_t kNoRow = std::numeric_limits<std::int32_t>::max();

/// A logit and its row of the vocabulary.
struct Ranked {
  float logit;
  std::int32_t id;
};

C10_HOST_DEVICE inline Ranked no_ranked() { return {-kInfinity, kNoRow}; }

/// Larger is earlier, the lower row first among equals. What is not a number comes before nothing.
C10_HOST_DEVICE inline bool before(const Ranked& a, const Ranked& b) {
  return a.logit > b.logit || (a.logit == b.logit && a.id < b.id);
}

C10_HOST_DEVICE inline Ranked first_of(const Ranked& a, const Ranked& b) {
  return before(a, b) ? a : b;
}

/// The first kCapacity entries offered, in order; to be kept in registers.
template <int kCapacity>
struct TopList {
  Ranked entries[kCapacity];

  C10_HOST_DEVICE TopList() {
    EVOTOKEN_UNROLL
    for (int k = 0; k < kCapacity; ++k) entries[k] = no_ranked();
  }

  C10_HOST_DEVICE void offer(Ranked entry) {
    EVOTOKEN_UNROLL
    for (int k = 0; k < kCapacity; ++k) {
      if (!before(entry, entries[k])) continue;
      const Ranked later = entries[k];
      entries[k] = entry;
      entry = later;
    }
  }

  C10_HOST_DEVICE void drop_first() {
    EVOTOKEN_UNROLL
    for (int k = 0; k + 1 < kCapacity; ++k) entries[k] = entries[k + 1];
    entries[kCapacity - 1] = no_ranked();
  }
};

/// A row of the vocabulary that may become the candidate; `value` is its logit with noise.
struct Contender {
  double value;
  float logit;
  std::int32_t id;
};

C10_HOST_DEVICE inline Contender no_contender() { return {-kWideInfinity, -kInfinity, kNoRow}; }

C10_HOST_DEVICE inline Contender first_of(const Contender& a, const Contender& b) {
  return a.value > b.value || (a.value == b.value && a.id < b.id) ? a : b;
}

/// The larger one, or NaN when either is.
C10_HOST_DEVICE inline float larger_or_nan(float a, float b) { return a > b || a != a ? a : b; }

/// What one tile of a row comes to, beside its part of the top K.
struct TilePartial {
  double sum;           ///< Σ exp(l − maximum), 0 for rows without candidate; +∞ makes it NaN
  Contender contender;  ///< none at temperature 0, where the first of the top K is it
  float maximum;        ///< NaN when a logit of the tile is; then the other fields say nothing
};

/// A tile's sum, had `maximum` (of all tiles, so not less) been subtracted.
C10_HOST_DEVICE inline double rescaled_sum(const TilePartial& partial, float maximum) {
  if (partial.sum == 0) return 0;  // a tile of −∞, whose distance from −∞ would not be a number
  return partial.sum * ::exp(static_cast<double>(partial.maximum) - static_cast<double>(maximum));
}

/// exp(l − m) for the shares of the top K, m being the first of them.
C10_HOST_DEVICE inline double top_weight(const Ranked& entry, const Ranked& first) {
  return ::exp(static_cast<double>(entry.logit) - static_cast<double>(first.logit));
}

/// Writes candidate and confidence of `row`. `maximum` and `sum` are of the whole row; no candidate
/// where they are not numbers, nor where all logits are −∞ (`sum` 0), as in predict_rows_plain.
C10_HOST_DEVICE inline void write_candidate(const PredictRowsOutput& output, std::int64_t row,
                                            const Contender& candidate, float maximum, double sum) {
  const bool numbers =
      maximum == maximum && sum > 0 && sum < kWideInfinity && candidate.id != kNoRow;
  output.candidate[row] = numbers ? candidate.id : -1;
  output.confidence[row] =
      numbers ? ::exp(static_cast<double>(candidate.logit) - static_cast<double>(maximum)) / sum
              : 0;
}

}  // namespace evotoken::kernels::tiles
