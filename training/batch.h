// Which examples a micro-batch holds, and as which tensor.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "training/draw.h"
#include "training/example.h"

namespace evotoken::training {

/// Examples of one length: padded on the right with the pad token, which is attended and
/// supervised like any other (spec: training.md, "Batch").
struct Batch {
  at::Tensor tokens;                         ///< [B, N] int64, CPU
  std::vector<std::int64_t> prompt_lengths;  ///< [B]
  std::vector<const Example*> examples;      ///< [B]

  std::int64_t size() const { return tokens.size(0); }
  std::int64_t length() const { return tokens.size(1); }
};

struct MicroBatchOptions {
  std::int64_t batch_size = 1;
  std::int64_t pad_token = 0;
  /// Examples of like length together, within stretches of 50 batches, so that little is padded.
  bool group_by_length = false;
  std::uint64_t seed = 0;
};

/// Serves micro-batches by number; every epoch has an order of its own.
class BatchSource {
 public:
  /// `examples` must outlive this and not be empty.
  BatchSource(const std::vector<Example>& examples, const MicroBatchOptions& options)
      : examples_(examples), options_(options) {}

  /// Micro-batch `number`, counted from 0 over the whole run and all processes. With probability
  /// `extra_pad_probability` 1 to 10 more pad tokens are appended, drawn from `draw`.
  Batch batch(std::int64_t number, double extra_pad_probability, Draw& draw) const;

 private:
  const Example& example(std::int64_t position) const;
  void group_by_length(Draw& draw) const;

  const std::vector<Example>& examples_;
  const MicroBatchOptions options_;
  mutable std::int64_t epoch_ = -1;  // of order_
  mutable std::vector<std::int64_t> order_;
};

}  // namespace evotoken::training
