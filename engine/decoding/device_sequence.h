// The state of a sequence in the memory of the model's device, where recorded steps change it. The
// host's is given to it before a block and taken back after it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "engine/decoding/sequence_state.h"
#include "engine/kernels/denoise_step.h"
#include "engine/model/packed_input.h"

namespace evotoken::decoding {

class DeviceSequence {
 public:
  /// Memory for a sequence of `length` positions whose soft tokens are `mixed` = K + 1 tokens each,
  /// or that has none (`mixed` 0). `dtype`: the model's, float32, bfloat16 or float16.
  DeviceSequence(std::int64_t length, std::int64_t mixed, at::ScalarType dtype, c10::Device device);

  /// Copies `state` there, by one copy that is enqueued. `random_key`: see uniforms.h.
  void give(const SequenceState& state, std::uint64_t random_key);

  /// Waits for all that was enqueued and copies what has become of the sequence to `state`. Throws
  /// DeviceError where a step met logits that are not numbers.
  void take(SequenceState& state);

  /// Whether the last step was the block's last. Waits for it.
  bool block_is_over();

  /// Views of the sequence as a forward pass reads it: `rows` (of one sequence), from `begin` on.
  model::PackedInput input(std::int64_t begin, const model::SequenceRows& rows, bool soft) const;

  /// A step with the pointers to the sequence filled in.
  kernels::DenoiseStep step() const;

 private:
  /// The parts of a stretch of memory, on the device or on the host.
  struct Parts {
    at::Tensor bytes;
    at::Tensor progress;  ///< bytes of a DenoisingProgress
    at::Tensor confidence;
    at::Tensor tokens;
    at::Tensor soft_ids;
    at::Tensor soft_weights;
  };
  Parts parts_of(const at::Tensor& bytes) const;
  std::int64_t byte_count() const;
  /// Copies `from` of the device to `to` of the host, and waits.
  void fetch(const at::Tensor& to, const at::Tensor& from) const;
  const kernels::DenoisingProgress& progress() const;

  std::int64_t length_;
  std::int64_t mixed_;
  at::ScalarType dtype_;
  Parts device_;
  Parts host_;  ///< page-locked where the device is a GPU
};

}  // namespace evotoken::decoding
