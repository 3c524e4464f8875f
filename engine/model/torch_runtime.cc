#include "engine/model/torch_runtime.h"

#include <ATen/Parallel.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>
#include <torch/headeronly/version.h>

namespace evotoken::model {

void set_threads(std::int64_t count) { at::set_num_threads(static_cast<int>(count)); }

std::string libtorch_version() {
  return fmt::format("{}.{}.{}", TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR, TORCH_VERSION_PATCH);
}

std::optional<int> gpu_index(c10::Device device) {
  if (!device.is_cuda()) return std::nullopt;
  return device.has_index() ? device.index() : 0;
}

std::optional<std::int64_t> peak_device_memory_bytes(c10::Device device) {
  const std::optional<int> index = gpu_index(device);
  if (!index) return std::nullopt;
  const auto stats =
      c10::getDeviceAllocator(device.type())->getDeviceStats(static_cast<c10::DeviceIndex>(*index));
  using c10::CachingAllocator::StatType;
  return stats.reserved_bytes[static_cast<std::size_t>(StatType::AGGREGATE)].peak;
}

struct WithoutGradients::Mode {
  c10::InferenceMode guard;
};

WithoutGradients::WithoutGradients() : mode_(std::make_unique<Mode>()) {}
WithoutGradients::~WithoutGradients() = default;

}  // namespace evotoken::model
