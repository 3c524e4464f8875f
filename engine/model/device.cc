#include "engine/model/device.h"

#include <ATen/ATen.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"

namespace evotoken::model {
namespace {

/// Loads libtorch_cuda.so once. Returns why it could not be, or an empty text.
std::string load_cuda_libraries() {
  static const std::string kFailure = []() -> std::string {
    if (::dlopen("libcuda.so.1", RTLD_NOW | RTLD_GLOBAL) == nullptr)
      return "no NVIDIA driver found";
    if (::dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) == nullptr) {
      return fmt::format("the CUDA part of LibTorch cannot be loaded: {}", ::dlerror());
    }
    if (!at::detail::getCUDAHooks().hasCUDA()) return "no usable GPU";
    return "";
  }();
  return kFailure;
}

/// "cuda" and "cuda:N" to N; nothing for any other text.
std::optional<int> parse_cuda_index(const std::string& name) {
  if (name == "cuda") return 0;
  const std::string prefix = "cuda:";
  if (!name.starts_with(prefix) || name.size() > prefix.size() + 2) return std::nullopt;
  int index = 0;
  int read = 0;
  if (std::sscanf(name.c_str() + prefix.size(), "%2d%n", &index, &read) != 1 || index < 0 ||
      prefix.size() + static_cast<std::size_t>(read) != name.size()) {
    return std::nullopt;
  }
  return index;
}

std::string cpu_model_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown CPU";
}

/// The GPU's name by the CUDA run time that LibTorch has loaded; this file knows no CUDA header.
std::string gpu_name(int index) {
  using GetDevice = int (*)(int*, int);
  using GetName = int (*)(char*, int, int);
  void* const driver = ::dlopen("libcuda.so.1", RTLD_NOW);
  if (driver == nullptr) return "unknown GPU";
  const auto get_device = reinterpret_cast<GetDevice>(::dlsym(driver, "cuDeviceGet"));
  const auto get_name = reinterpret_cast<GetName>(::dlsym(driver, "cuDeviceGetName"));
  int handle = 0;
  char name[256] = "";
  if (get_device == nullptr || get_name == nullptr || get_device(&handle, index) != 0 ||
      get_name(name, sizeof(name), handle) != 0) {
    return "unknown GPU";
  }
  return name;
}

/// Which of a host's processes this is (torchrun, Slurm), 0 without them.
int local_rank() {
  for (const char* const name : {"LOCAL_RANK", "SLURM_LOCALID"}) {
    const char* const text = std::getenv(name);
    if (text != nullptr && *text != '\0') return std::max(0, std::atoi(text));
  }
  return 0;
}

}  // namespace

c10::Device open_device(const std::string& name) {
  if (name == "cpu") return c10::Device(c10::kCPU);
  const bool automatic = name == "auto";
  std::optional<int> index = automatic ? std::optional<int>(0) : parse_cuda_index(name);
  if (!index) {
    throw UsageError(
        fmt::format("--device: \"{}\" is unknown, expected cpu, cuda, cuda:N or auto", name));
  }
  std::string failure = load_cuda_libraries();
  if (failure.empty()) {
    const int count = at::detail::getCUDAHooks().deviceCount();
    if ((automatic || name == "cuda") && count > 0) index = local_rank() % count;
    if (*index < count) return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(*index));
    failure = fmt::format("{} GPUs found", count);
  }
  if (automatic) return c10::Device(c10::kCPU);
  throw DeviceError(
      fmt::format("--device {}: {}, expected a GPU; use --device cpu, or install what is missing",
                  name, failure));
}

std::string describe_device(c10::Device device) {
  return device.is_cuda() ? gpu_name(device.index()) : cpu_model_name();
}

void* current_stream(c10::Device device) {
  return c10::impl::VirtualGuardImpl(device.type()).getStream(device).native_handle();
}

void synchronize(c10::Device device) {
  const c10::impl::VirtualGuardImpl guard(device.type());
  guard.synchronizeStream(guard.getStream(device));
}

std::int64_t peak_host_memory_bytes() {
  // Not getrusage: what the parent had before exec counts as the child's there.
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    constexpr std::string_view kPeak = "VmHWM:";
    if (line.starts_with(kPeak)) return std::stoll(line.substr(kPeak.size())) * 1024;  // in KiB
  }
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;  // Linux counts in KiB
}

std::optional<c10::ScalarType> parse_dtype(const std::string& name) {
  if (name == "auto") return std::nullopt;
  if (name == "float32") return at::kFloat;
  if (name == "bfloat16") return at::kBFloat16;
  if (name == "float16") return at::kHalf;
  throw UsageError(
      fmt::format("--dtype: \"{}\" is unknown, expected auto, float32, bfloat16 or float16", name));
}

std::string dtype_name(c10::ScalarType dtype) {
  switch (dtype) {
    case at::kFloat:
      return "float32";
    case at::kBFloat16:
      return "bfloat16";
    case at::kHalf:
      return "float16";
    default:
      return c10::toString(dtype);
  }
}

}  // namespace evotoken::model
