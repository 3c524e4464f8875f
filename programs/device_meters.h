// What the device that computes has used of energy.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace evotoken::programs {

/// A GPU's own counter (NVML, loaded when a GPU is used), or the CPU packages' (RAPL, as Linux's
/// powercap shows it to those who may read it). The meter counts all that the device does, for
/// whomever. Thread-safe.
class DeviceEnergy {
 public:
  /// Of GPU `gpu_index` (model::gpu_index), or of the CPU packages without one.
  explicit DeviceEnergy(std::optional<int> gpu_index);
  /// Of the CPU packages in another folder than /sys/class/powercap.
  explicit DeviceEnergy(const std::filesystem::path& powercap);

  /// Joules since this object was made; nothing where the device does not report them. Either
  /// always something or never.
  std::optional<double> joules();

 private:
  /// A CPU package's counter, which begins anew at `range_uj`.
  struct Package {
    std::filesystem::path counter;
    std::int64_t range_uj = 0;
    std::int64_t last_uj = 0;
  };

  void find_packages(const std::filesystem::path& powercap);

  std::mutex mutex_;
  std::vector<Package> packages_;
  double package_joules_ = 0;
  std::function<std::optional<double>()> gpu_joules_;  // empty without a GPU's counter
  double gpu_joules_before_ = 0;
};

}  // namespace evotoken::programs
