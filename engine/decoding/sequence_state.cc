#include "engine/decoding/sequence_state.h"

namespace evotoken::decoding {

SequenceState SequenceState::start(const std::vector<TokenId>& prompt, std::int64_t gen_length,
                                   std::int64_t block_length, TokenId mask_id) {
  SequenceState state;
  state.tokens = prompt;
  state.tokens.resize(prompt.size() + at(gen_length), mask_id);
  state.confidence.assign(state.tokens.size(), 0.0);
  state.mask_id = mask_id;
  state.prompt_length = static_cast<std::int64_t>(prompt.size());
  state.block_length = block_length;
  state.begin_block(0);
  return state;
}

void SequenceState::begin_block(std::int64_t number) {
  block = number;
  step_in_block = 0;
  first_candidate = prompt_length;
  while (first_candidate < block_begin() && !is_masked(first_candidate)) ++first_candidate;
}

std::vector<std::int64_t> SequenceState::masked_positions(std::int64_t begin) const {
  std::vector<std::int64_t> positions;
  for (std::int64_t p = begin; p < block_end(); ++p) {
    if (is_masked(p)) positions.push_back(p);
  }
  return positions;
}

}  // namespace evotoken::decoding
