// Which candidates a denoising step fixes (spec: decoding.md, step 6, and "Relatives").
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/decoding/options.h"
#include "engine/decoding/predictor.h"
#include "engine/decoding/sequence_state.h"

namespace evotoken::decoding {

/// A masked position and the confidence of its prediction.
struct Candidate {
  std::int64_t position = 0;
  double confidence = 0;
};

/// The positions to fix now, ascending, by the rule that the options name:
///   count      the n_i most confident (n_i = `count`);
///   threshold  the most confident, and every other with confidence ≥ threshold
///              (NVlabs/Fast-dLLM llada/generate.py);
///   factor     sorted by confidence, the n-th while conf_n ≥ 1 − factor/(n+1), n from 1; the first
///              always (inclusionAI/dInfer parallel_strategy.py).
/// Equal confidences: the lower position first.
std::vector<std::int64_t> select_positions(std::span<const Candidate> candidates,
                                           std::int64_t count, const DecodingOptions& options);

/// How sure a prediction is, by its row (Predictions::row of a candidate).
using Score = std::function<double(std::size_t row)>;

/// Fixes the masked positions of the block (and of earlier blocks, where a method left masks) that
/// select_positions chooses by `score`, to which threshold and factor then apply: x_p ← x0_p,
/// c_p ← q_p. Returns the positions, ascending.
std::vector<std::int64_t> fix_best(SequenceState& state, const Predictions& predictions,
                                   const DecodingOptions& options, const Score& score);

/// Step 6 of the published methods: fix_best by confidence.
std::vector<std::int64_t> fix_most_confident(SequenceState& state, const Predictions& predictions,
                                             const DecodingOptions& options);

}  // namespace evotoken::decoding
