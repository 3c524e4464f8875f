#include "training/activation_memory.h"

#include <algorithm>

namespace evotoken::training {

std::int64_t kept_by_block_bytes(const ActivationShape& shape) {
  const std::int64_t s = shape.dtype_bytes;
  const std::int64_t d = shape.config.d_model;
  const std::int64_t norms = 2 * 4 * d;                              // both inputs in float32
  const std::int64_t adapters = 3 * (2 * 4 * d + 4 * shape.lora_r);  // dropped, mask, low rank
  const std::int64_t attention = s * (2 * d + 2 * shape.config.kv_dim()) + 4 * shape.config.n_heads;
  const std::int64_t feed_forward = 3 * s * shape.config.mlp_hidden_size;  // gate, silu(gate), up
  return shape.rows * (norms + adapters + attention + feed_forward);
}

std::int64_t head_bytes(const ActivationShape& shape) {
  // Log-softmax and its gradient are float32. Beside them stand the logits and, in float32, the
  // block's rows of them; in 16 bits four tensors: logits, and three gradients on the way back.
  constexpr std::int64_t kBytesPerLogit = 16;
  return shape.logit_rows * shape.config.vocab_size * kBytesPerLogit;
}

std::int64_t activation_bytes(const ActivationShape& shape) {
  const std::int64_t blocks = shape.config.n_layers;
  const std::int64_t inside = kept_by_block_bytes(shape);
  const std::int64_t inputs = shape.rows * shape.config.d_model * shape.dtype_bytes;
  const std::int64_t kept = shape.checkpointed ? blocks * inputs : blocks * inside;
  // At the peak either the head works, or one block is computed (again) with its gradients.
  return kept + std::max(head_bytes(shape), 2 * inside);
}

}  // namespace evotoken::training
