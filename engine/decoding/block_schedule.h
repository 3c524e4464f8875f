// How many positions a denoising step fixes, and when a block is over (spec: decoding.md,
// "Blocks").
#pragma once

#include <cstdint>

#include "engine/decoding/options.h"
#include "engine/decoding/sequence_state.h"

namespace evotoken::decoding {

/// n_i = floor(B/S) + (i < B mod S) for step i of a block of B positions with S steps.
std::int64_t positions_to_fix(std::int64_t block_length, std::int64_t steps_per_block,
                              std::int64_t step);

/// Whether a threshold or a factor, and not the number of steps, says how many positions are fixed.
bool by_confidence(const DecodingOptions& options);

/// After so many steps a block is over, whatever it holds.
std::int64_t most_steps_per_block(const DecodingOptions& options);

/// Before so many steps no block is over. Where both are one number, nobody has to look.
std::int64_t least_steps_per_block(const DecodingOptions& options);

/// Upper bound of the forward passes for one sequence. Throws as find_decoder.
std::int64_t max_passes(const DecodingOptions& options);

/// After a step: whether the current block is over. It is when it holds no mask; a method that may
/// choose the mask itself leaves masks behind and moves on after S steps, as its authors' code does
/// (with a threshold or factor, where S does not bound the passes, after B).
bool block_is_over(const SequenceState& state, const DecodingOptions& options);

}  // namespace evotoken::decoding
