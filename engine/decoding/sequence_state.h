// The state of one sequence while it is decoded (spec: decoding.md, "State").
#pragma once

#include <cstdint>
#include <vector>

#include "base/token_id.h"

namespace evotoken::decoding {

/// Per position K+1 tokens and their weights; the last of each row is the token standing there.
struct SoftTokens {
  std::int64_t per_position = 0;  ///< K + 1; 0: absent, as before the very first forward pass
  std::vector<TokenId> ids;       ///< [L, K+1]
  std::vector<double> weights;    ///< [L, K+1], each row sums to 1

  bool absent() const { return per_position == 0; }
};

struct SequenceState {
  std::vector<TokenId> tokens;     ///< x[L]: the prompt, then gen_length positions
  std::vector<double> confidence;  ///< c[L]: probability of the token there when chosen; 0 at first
  SoftTokens soft;                 ///< input of the next pass where the method uses soft tokens
  TokenId mask_id = 0;             ///< M
  std::int64_t prompt_length = 0;  ///< P
  std::int64_t block_length = 0;   ///< B
  std::int64_t block = 0;          ///< index of the current block
  /// Where candidates of the current block begin: its begin, or the first mask that a method left
  /// in an earlier block, as it was when the block began.
  std::int64_t first_candidate = 0;
  std::int64_t step_in_block = 0;   ///< i, denoising steps done in this block
  std::int64_t nfe = 0;             ///< forward passes done
  std::int64_t revised_tokens = 0;  ///< decoded tokens that were replaced so far

  /// The prompt followed by `gen_length` masks.
  static SequenceState start(const std::vector<TokenId>& prompt, std::int64_t gen_length,
                             std::int64_t block_length, TokenId mask_id);

  std::int64_t length() const { return static_cast<std::int64_t>(tokens.size()); }
  std::int64_t block_begin() const { return prompt_length + block * block_length; }
  std::int64_t block_end() const { return block_begin() + block_length; }
  bool finished() const { return block_begin() >= length(); }
  bool is_masked(std::int64_t position) const { return tokens[at(position)] == mask_id; }
  /// Goes on to block `number`.
  void begin_block(std::int64_t number);
  /// Positions of [begin, block_end()) that hold the mask.
  std::vector<std::int64_t> masked_positions(std::int64_t begin) const;

  static std::size_t at(std::int64_t position) { return static_cast<std::size_t>(position); }
};

}  // namespace evotoken::decoding
