// What ends a sequence before its last block.
#pragma once

#include "engine/decoding/options.h"
#include "engine/decoding/sequence_state.h"

namespace evotoken::decoding {

/// Whether nothing behind the current block, which is finished, has to be decoded: with
/// EarlyStop::kEos, when `end_token` stands in the block (Fast-dLLM; spec: decoding.md,
/// "Relatives"). The text up to the first end token is then what it would have been.
bool sequence_is_over(const SequenceState& state, const DecodingOptions& options,
                      TokenId end_token);

}  // namespace evotoken::decoding
