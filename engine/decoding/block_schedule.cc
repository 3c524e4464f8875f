#include "engine/decoding/block_schedule.h"

namespace evotoken::decoding {

std::int64_t positions_to_fix(std::int64_t block_length, std::int64_t steps_per_block,
                              std::int64_t step) {
  return block_length / steps_per_block + (step < block_length % steps_per_block ? 1 : 0);
}

bool block_is_over(const SequenceState& state, const DecodingOptions& options) {
  if (state.masked_positions(state.block_begin()).empty()) return true;
  const bool by_confidence = options.threshold || options.factor;
  return state.step_in_block >= (by_confidence ? options.block_length : options.steps_per_block());
}

}  // namespace evotoken::decoding
