// What changes from one denoising step of a sequence to the next beside its tokens.
#pragma once

#include <cstdint>

namespace evotoken::kernels {

/// In the memory of the device that computes, so that recorded kernels read it anew.
struct DenoisingProgress {
  std::uint64_t random_key = 0;         ///< of the sequence; see uniforms.h
  std::uint32_t nfe = 0;                ///< forward passes done
  std::int32_t step_in_block = 0;       ///< of them in the current block
  std::int32_t block_is_over = 0;       ///< the stop test: 1 when no step of this block is left
  std::int32_t revised_tokens = 0;      ///< decoded tokens that were replaced so far
  std::int32_t unusable_position = -1;  ///< whose logits are not numbers; nothing is done after it
};

}  // namespace evotoken::kernels
