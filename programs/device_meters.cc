// CPU: powercap's intel-rapl:N (Linux, Documentation/power/powercap/powercap.rst; AMD's packages
// stand there under the same name). GPU: nvmlDeviceGetTotalEnergyConsumption, millijoules since the
// driver was loaded (Volta and later); the functions and types are those of nvml.h.
#include "programs/device_meters.h"

#include <dlfcn.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>

namespace evotoken::programs {
namespace fs = std::filesystem;

namespace {

std::optional<std::int64_t> read_integer(const fs::path& path) {
  std::ifstream file(path);
  std::int64_t value = 0;
  if (!(file >> value)) return std::nullopt;
  return value;
}

using NvmlDevice = void*;

/// What this process calls CUDA device `index`, by number in the bus's order or by UUID.
std::string visible_name(int index) {
  const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
  if (visible == nullptr) return std::to_string(index);
  std::string list = visible;
  for (; index > 0; --index) {
    const std::size_t comma = list.find(',');
    if (comma == std::string::npos) return "";
    list.erase(0, comma + 1);
  }
  return list.substr(0, list.find(','));
}

/// The counter of CUDA device `index`, as a function; empty where NVML or the counter is missing.
std::function<std::optional<double>()> nvml_counter(int index) {
  const std::shared_ptr<void> library(::dlopen("libnvidia-ml.so.1", RTLD_NOW), [](void* handle) {
    if (handle != nullptr) ::dlclose(handle);
  });
  if (library == nullptr) return {};
  const auto symbol = [&]<typename Function>(const char* name, Function** function) {
    *function = reinterpret_cast<Function*>(::dlsym(library.get(), name));
    return *function != nullptr;
  };
  int (*init)() = nullptr;
  int (*by_index)(unsigned, NvmlDevice*) = nullptr;
  int (*by_uuid)(const char*, NvmlDevice*) = nullptr;
  int (*energy)(NvmlDevice, unsigned long long*) = nullptr;
  if (!symbol("nvmlInit_v2", &init) || !symbol("nvmlDeviceGetHandleByIndex_v2", &by_index) ||
      !symbol("nvmlDeviceGetHandleByUUID", &by_uuid) ||
      !symbol("nvmlDeviceGetTotalEnergyConsumption", &energy) || init() != 0) {
    return {};
  }
  const std::string name = visible_name(index);
  NvmlDevice device = nullptr;
  const bool number = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) != 0;
  const int status = number ? by_index(static_cast<unsigned>(std::atoi(name.c_str())), &device)
                            : by_uuid(name.c_str(), &device);
  if (status != 0) return {};
  return [library, energy, device]() -> std::optional<double> {
    unsigned long long millijoules = 0;
    if (energy(device, &millijoules) != 0) return std::nullopt;
    return static_cast<double>(millijoules) / 1e3;
  };
}

}  // namespace

DeviceEnergy::DeviceEnergy(std::optional<int> gpu_index) {
  if (!gpu_index) {
    find_packages("/sys/class/powercap");
    return;
  }
  gpu_joules_ = nvml_counter(*gpu_index);
  const auto before = gpu_joules_ ? gpu_joules_() : std::nullopt;
  if (!before) gpu_joules_ = {};
  gpu_joules_before_ = before.value_or(0);
}

DeviceEnergy::DeviceEnergy(const fs::path& powercap) { find_packages(powercap); }

void DeviceEnergy::find_packages(const fs::path& powercap) {
  std::error_code none;
  for (const auto& zone : fs::directory_iterator(powercap, none)) {
    // "intel-rapl:0" is a package, "intel-rapl:0:1" a part of one.
    const std::string name = zone.path().filename().string();
    if (!name.starts_with("intel-rapl:") || name.find(':') != name.rfind(':')) continue;
    const auto range = read_integer(zone.path() / "max_energy_range_uj");
    const auto now = read_integer(zone.path() / "energy_uj");
    if (range && now) packages_.push_back({zone.path() / "energy_uj", *range, *now});
  }
}

std::optional<double> DeviceEnergy::joules() {
  const std::lock_guard lock(mutex_);
  if (gpu_joules_) return gpu_joules_().value_or(gpu_joules_before_) - gpu_joules_before_;
  if (packages_.empty()) return std::nullopt;
  for (Package& package : packages_) {
    const std::int64_t now = read_integer(package.counter).value_or(package.last_uj);
    std::int64_t used = now - package.last_uj;
    if (used < 0) used += package.range_uj;
    package_joules_ += static_cast<double>(used) / 1e6;
    package.last_uj = now;
  }
  return package_joules_;
}

}  // namespace evotoken::programs
