#include "engine/weights/save_tensors.h"

#include <ATen/ATen.h>

#include <cstddef>
#include <stdexcept>

#include "engine/weights/safetensors.h"

namespace evotoken::weights {
namespace {

ElementType element_type(at::ScalarType dtype) {
  switch (dtype) {
    case at::kFloat:
      return ElementType::kF32;
    case at::kBFloat16:
      return ElementType::kBF16;
    case at::kHalf:
      return ElementType::kF16;
    default:
      throw std::invalid_argument("save_tensors: not a floating-point type of safetensors");
  }
}

}  // namespace

void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors,
                  at::ScalarType dtype) {
  const ElementType type = element_type(dtype);
  std::vector<SafetensorsWriter::Entry> entries;
  for (const auto& [name, tensor] : tensors) entries.push_back({name, type, tensor.sizes().vec()});
  SafetensorsWriter writer(path, std::move(entries));
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor host = tensor.detach().to(at::kCPU, dtype).contiguous();
    writer.append({static_cast<const std::byte*>(host.const_data_ptr()), host.nbytes()});
  }
  writer.finish();
}

}  // namespace evotoken::weights
