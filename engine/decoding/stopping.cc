#include "engine/decoding/stopping.h"

#include <algorithm>

namespace evotoken::decoding {

bool sequence_is_over(const SequenceState& state, const DecodingOptions& options,
                      TokenId end_token) {
  if (options.early_stop != EarlyStop::kEos) return false;
  const auto begin = state.tokens.begin() + state.block_begin();
  const auto end = state.tokens.begin() + state.block_end();
  return std::find(begin, end, end_token) != end;
}

}  // namespace evotoken::decoding
