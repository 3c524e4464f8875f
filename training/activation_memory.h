// How much memory a training pass needs beside the weights: counted, not guessed. The count is
// explained in docs/training-memory.md; a test compares it with what is allocated.
#pragma once

#include <cstdint>

#include "engine/weights/model_config.h"

namespace evotoken::training {

/// One forward and backward pass of an adapter (LoRA on q, k, v) on frozen weights.
struct ActivationShape {
  weights::ModelConfig config;
  std::int64_t rows = 0;        ///< tokens of the micro-batch, padding included
  std::int64_t logit_rows = 0;  ///< rows that the head is evaluated for
  std::int64_t lora_r = 0;
  std::int64_t dtype_bytes = 2;  ///< of the forward pass
  bool checkpointed = false;     ///< blocks keep only their input
};

/// What one transformer layer keeps for its backward pass, in bytes.
std::int64_t kept_by_block_bytes(const ActivationShape& shape);

/// What the head and the cross-entropy hold at their peak, in bytes.
std::int64_t head_bytes(const ActivationShape& shape);

/// Upper bound of all of it together at the peak, in bytes.
std::int64_t activation_bytes(const ActivationShape& shape);

}  // namespace evotoken::training
