// Tensors → a safetensors file.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace evotoken::weights {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// Writes the tensors, of any device, in this order and in `dtype`, under a temporary name that
/// becomes `path` when all is on the disk. Throws DeviceError when it cannot write.
void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors,
                  at::ScalarType dtype);

}  // namespace evotoken::weights
