// EvoToken-DLM (arXiv 2601.07351; spec: decoding.md, "One step").
//
// A position evolves mask → soft token with mask → soft token → decoded token:
//   still masked               α on the mask embedding, 1 − α over the K most probable tokens;
//   decoded in this block      the mixture of the K most probable tokens alone;
//   before the block           its token, one-hot.
// Within its block a decoded token goes on competing: a later prediction that is more confident
// than the one that stands there replaces it.
#include "engine/decoding/decoder.h"

namespace evotoken::decoding {
namespace {

/// Step 7. Every decoded position of the block whose prediction is now more confident takes it.
/// (Rows beyond the block are masked still.) Returns the positions whose token changed.
std::vector<std::int64_t> revise(SequenceState& state, const Predictions& predictions) {
  std::vector<std::int64_t> revised;
  for (std::int64_t p = state.block_begin(); p < state.block_end(); ++p) {
    const TokenId predicted = predictions.candidate[predictions.row(p)];
    const double q = predictions.confidence[predictions.row(p)];
    TokenId& token = state.tokens[SequenceState::at(p)];
    double& confidence = state.confidence[SequenceState::at(p)];
    if (token == state.mask_id || predicted == state.mask_id || !(q > confidence)) continue;
    if (token != predicted) revised.push_back(p);
    token = predicted;
    confidence = q;
  }
  return revised;
}

/// One-hot on the token that stands at `p`.
void harden(SoftTokens& soft, std::int64_t p, TokenId token) {
  for (std::int64_t j = 0; j < soft.per_position; ++j) {
    const auto entry = static_cast<std::size_t>(p * soft.per_position + j);
    soft.ids[entry] = token;
    soft.weights[entry] = j + 1 == soft.per_position ? 1.0 : 0.0;
  }
}

/// Step 8. With shares s_k = q_k / Σ, the published weights q_k and Σ·α/(1−α), divided by their
/// total, are (1−α)·s_k and α where masked, s_k and 0 where decoded.
void evolve(SequenceState& state, const Predictions& predictions, double alpha) {
  SoftTokens& soft = state.soft;
  soft.per_position = predictions.top_k + 1;
  soft.ids.resize(state.tokens.size() * static_cast<std::size_t>(soft.per_position));
  soft.weights.resize(soft.ids.size());
  for (std::int64_t p = 0; p < state.block_begin(); ++p) {
    harden(soft, p, state.tokens[SequenceState::at(p)]);
  }
  for (std::int64_t p = state.block_begin(); p < state.length(); ++p) {
    const double mask_weight = state.is_masked(p) ? alpha : 0.0;
    const auto out = static_cast<std::size_t>(p * soft.per_position);
    const std::size_t in = predictions.row(p) * static_cast<std::size_t>(predictions.top_k);
    const auto k_soft = static_cast<std::size_t>(predictions.top_k);
    for (std::size_t k = 0; k < k_soft; ++k) {
      soft.ids[out + k] = predictions.top_ids[in + k];
      soft.weights[out + k] = (1 - mask_weight) * predictions.top_shares[in + k];
    }
    soft.ids[out + k_soft] = state.tokens[SequenceState::at(p)];
    soft.weights[out + k_soft] = mask_weight;
  }
}

class EvoToken final : public Decoder {
 public:
  std::string name() const override { return "evotoken"; }
  bool soft_input() const override { return true; }

  StepChange step(SequenceState& state, const Predictions& predictions,
                  const DecodingOptions& options) const override {
    StepChange change;
    change.chosen = fix_most_confident(state, predictions, options);
    change.revised = revise(state, predictions);
    evolve(state, predictions, options.alpha_soft_mask);
    return change;
  }
};

const EvoToken kEvoToken;
const DecoderRegistration kRegistration(kEvoToken);

}  // namespace
}  // namespace evotoken::decoding
