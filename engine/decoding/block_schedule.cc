#include "engine/decoding/block_schedule.h"

#include <algorithm>

#include "engine/decoding/decoder.h"

namespace evotoken::decoding {

std::int64_t positions_to_fix(std::int64_t block_length, std::int64_t steps_per_block,
                              std::int64_t step) {
  return block_length / steps_per_block + (step < block_length % steps_per_block ? 1 : 0);
}

bool by_confidence(const DecodingOptions& options) { return options.threshold || options.factor; }

std::int64_t most_steps_per_block(const DecodingOptions& options) {
  return by_confidence(options) ? options.block_length : options.steps_per_block();
}

std::int64_t least_steps_per_block(const DecodingOptions& options) {
  return by_confidence(options) ? 1 : std::min(options.block_length, options.steps_per_block());
}

std::int64_t max_passes(const DecodingOptions& options) {
  std::int64_t steps = most_steps_per_block(options);
  // Where the mask is banned each step fixes a position for good, as long as there is one.
  if (find_decoder(options.decoder).bans_mask()) steps = std::min(steps, options.block_length);
  return options.blocks() * steps;
}

bool block_is_over(const SequenceState& state, const DecodingOptions& options) {
  if (state.masked_positions(state.block_begin()).empty()) return true;
  return state.step_in_block >= most_steps_per_block(options);
}

}  // namespace evotoken::decoding
