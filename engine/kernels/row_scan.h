// What decoding reads of a row of logits, found tile by tile, so that a row need never be stored
// whole. A tile is a stretch of the vocabulary. The tiles may be scanned on several threads, each
// with its own Findings per row, and are merged afterwards; the result depends on neither.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/kernels/predict_rows.h"

namespace evotoken::kernels {

/// Vocabulary rows of a tile; the last one may be shorter. Even, so that pairs of random numbers
/// are never split. 80 rows of a tile in float32 take 330 kB, which stays in a second-level cache.
inline constexpr std::int64_t kTileRows = 1024;

inline std::int64_t tile_count(std::int64_t vocab) { return (vocab + kTileRows - 1) / kTileRows; }

/// A logit and its row of the vocabulary; larger is earlier, the lower row first among equals.
struct RankedLogit {
  double value;
  std::int64_t id;

  bool before(const RankedLogit& other) const {
    return value > other.value || (value == other.value && id < other.id);
  }
};

/// Σ exp(l − maximum) over a part of a row. NaN where the logits are not numbers.
struct PartialSum {
  double maximum;
  double sum;
};

/// Neighbouring logits of one row.
struct Stretch {
  const float* logits = nullptr;
  std::int64_t begin = 0;  ///< vocabulary row of logits[0]
  std::int64_t count = 0;
};

/// The best of a row so far.
struct Findings {
  std::vector<RankedLogit> top;  ///< up to top_k, best first
  RankedLogit candidate{0, -1};  ///< value with noise; id −1: none yet
  double candidate_logit = 0;    ///< without noise
};

/// Looks at a tile of row `row`; tile.begin is even. Gives the tile's part of the normaliser, for a
/// row without candidate {0, 0}.
PartialSum scan_tile(const PredictRowsInput& input, std::int64_t row, const Stretch& tile,
                     Findings& findings);

/// Takes over what another thread found in other tiles of the row.
void merge(Findings& findings, const Findings& other, std::int64_t top_k);

/// Writes the results of row `row`. `sums`: of its tiles, in order.
void finish_row(const PredictRowsInput& input, std::int64_t row, const Findings& findings,
                const std::vector<PartialSum>& sums, const PredictRowsOutput& output);

}  // namespace evotoken::kernels
