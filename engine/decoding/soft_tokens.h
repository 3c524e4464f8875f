// How positions evolve between two forward passes: the part of EvoToken that decoding and training
// (continuous trajectory supervision) share. Spec: decoding.md, steps 7 and 8.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/decoding/predictor.h"
#include "engine/decoding/sequence_state.h"

namespace evotoken::decoding {

/// Whether a revision may put the mask token back. The decoder forbids it; the published trainer,
/// where the mask is a prediction like others, does not.
enum class MaskRevision { kForbidden, kAllowed };

/// Step 7. Every decoded position of the block whose prediction is now more confident takes it.
/// (Rows beyond the block are masked still.) Returns the positions whose token changed.
std::vector<std::int64_t> revise(SequenceState& state, const Predictions& predictions,
                                 MaskRevision mask_revision = MaskRevision::kForbidden);

/// Step 8. Sets `state.soft`, the input of the next pass, from predictions with top_k = K for the
/// rows from the block on (to the end, or fewer with a dual cache; the rest is left as it is):
/// while masked, `alpha` on the mask and 1 − alpha over the top K; decoded in this block, the top K
/// alone; before the block, one-hot.
void evolve(SequenceState& state, const Predictions& predictions, double alpha);

}  // namespace evotoken::decoding
