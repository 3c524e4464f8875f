#include "engine/decoding/soft_tokens.h"

namespace evotoken::decoding {
namespace {

/// One-hot on the token that stands at `p`.
void harden(SoftTokens& soft, std::int64_t p, TokenId token) {
  for (std::int64_t j = 0; j < soft.per_position; ++j) {
    const auto entry = static_cast<std::size_t>(p * soft.per_position + j);
    soft.ids[entry] = token;
    soft.weights[entry] = j + 1 == soft.per_position ? 1.0 : 0.0;
  }
}

}  // namespace

std::vector<std::int64_t> revise(SequenceState& state, const Predictions& predictions,
                                 MaskRevision mask_revision) {
  std::vector<std::int64_t> revised;
  for (std::int64_t p = state.block_begin(); p < state.block_end(); ++p) {
    const TokenId predicted = predictions.candidate[predictions.row(p)];
    const double q = predictions.confidence[predictions.row(p)];
    TokenId& token = state.tokens[SequenceState::at(p)];
    double& confidence = state.confidence[SequenceState::at(p)];
    if (token == state.mask_id || !(q > confidence)) continue;
    if (predicted == state.mask_id && mask_revision == MaskRevision::kForbidden) continue;
    if (token != predicted) revised.push_back(p);
    token = predicted;
    confidence = q;
  }
  return revised;
}

// With shares s_k = q_k / Σ, the published weights q_k and Σ·α/(1−α), divided by their total, are
// (1−α)·s_k and α where masked, s_k and 0 where decoded.
void evolve(SequenceState& state, const Predictions& predictions, double alpha) {
  SoftTokens& soft = state.soft;
  soft.per_position = predictions.top_k + 1;
  soft.ids.resize(state.tokens.size() * static_cast<std::size_t>(soft.per_position));
  soft.weights.resize(soft.ids.size());
  for (std::int64_t p = 0; p < state.block_begin(); ++p) {
    harden(soft, p, state.tokens[SequenceState::at(p)]);
  }
  // A dual cache gives no predictions behind the block: what stands there stays.
  const std::int64_t end = predictions.positions.back() + 1;
  for (std::int64_t p = state.block_begin(); p < end; ++p) {
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

}  // namespace evotoken::decoding
