// What one forward pass reads: one or more sequences of any lengths, laid end to end. Nothing is
// padded, so nothing can be attended to by accident.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "engine/model/key_value_cache.h"

namespace evotoken::model {

/// One sequence of a pack and the rows of it whose logits are wanted: [wanted_begin, length −
/// unwanted_tail).
struct SequenceRows {
  std::int64_t length = 0;  ///< rows in this pass
  std::int64_t wanted_begin = 0;
  std::int64_t unwanted_tail = 0;
  /// Where not null, the rows are the positions from `first_position` on. A pass from position 0
  /// fills the cache anew; another one replaces its rows' keys and values and takes those of all
  /// other positions from it. No two sequences of a pack share one.
  KeyValueCache* cache = nullptr;
  std::int64_t first_position = 0;

  bool operator==(const SequenceRows& other) const = default;
  std::int64_t wanted() const { return length - wanted_begin - unwanted_tail; }
};

/// Exactly one of `ids` and `soft_ids` is defined. All tensors on the model's device or all on the
/// host, from where a pass copies them (device_input.h); only there are tokens looked at before.
struct PackedInput {
  at::Tensor ids;           ///< [rows] int64: hard tokens
  at::Tensor soft_ids;      ///< [rows, K+1] int64: tokens whose embeddings are mixed
  at::Tensor soft_weights;  ///< [rows, K+1] floating point: their weights, ≥ 0, in any scale
  std::vector<SequenceRows> sequences;  ///< their lengths sum to rows
  /// Attention of all sequences in one call, for sequences of one length with the same wanted rows:
  /// faster, but last bits may then depend on the neighbours. For training.
  bool attend_together = false;

  static PackedInput hard(at::Tensor ids, std::vector<SequenceRows> sequences);
  static PackedInput soft(at::Tensor soft_ids, at::Tensor soft_weights,
                          std::vector<SequenceRows> sequences);

  std::int64_t rows() const { return ids.defined() ? ids.size(0) : soft_ids.size(0); }
  /// Throws std::invalid_argument when shapes, types or lengths contradict each other, or a token
  /// is outside [0, vocab_size), or a sequence is longer than `max_length`.
  void check(std::int64_t vocab_size, std::int64_t max_length) const;
};

}  // namespace evotoken::model
