// The tokens of a forward pass in the memory of the model's device.
#pragma once

#include "engine/model/packed_input.h"

namespace evotoken::model {

/// A copy of `input` whose tokens and weights lie in one stretch of the memory of `device`. From
/// the host to a GPU that is one asynchronous copy out of page-locked memory, on the current
/// stream; LibTorch does not use that memory for anything else before the copy is done.
PackedInput copy_to(c10::Device device, const PackedInput& input);

/// `input` itself where it lies on `device`, else copy_to().
PackedInput on_device(const PackedInput& input, c10::Device device);

}  // namespace evotoken::model
