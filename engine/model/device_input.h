// The tokens of a forward pass in the memory of the model's device.
#pragma once

#include <ATen/core/Tensor.h>

#include "engine/model/packed_input.h"

namespace evotoken::model {

/// Memory for the inputs of one shape, all in one stretch.
class DeviceInput {
 public:
  /// For inputs that are like `like` but for their tokens and weights.
  DeviceInput(const PackedInput& like, c10::Device device);

  /// Takes the tokens and weights of `from`. From the host to a GPU that is one asynchronous copy
  /// out of page-locked memory, on the current stream; LibTorch does not use that memory for
  /// anything else before the copy is done.
  void fill(const PackedInput& from);

  const PackedInput& input() const { return input_; }

 private:
  at::Tensor bytes_;
  PackedInput input_;  ///< views of it
};

/// `input` itself where it lies on `device`, else a copy there, made as DeviceInput does.
PackedInput on_device(const PackedInput& input, c10::Device device);

}  // namespace evotoken::model
