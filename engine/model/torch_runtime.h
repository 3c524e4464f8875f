// What programs ask of LibTorch itself, so that none of them includes it.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace evotoken::model {

/// Threads with which the calling thread computes, at least 1. Each thread says it for itself.
void set_threads(std::int64_t count);

/// "2.5.1": the LibTorch that this program was built with.
std::string libtorch_version();

/// The number of a GPU among those that the process sees; nothing for a CPU.
std::optional<int> gpu_index(c10::Device device);

/// Most memory that LibTorch's allocator has held on a GPU so far, in bytes; nothing for a CPU.
std::optional<std::int64_t> peak_device_memory_bytes(c10::Device device);

/// While it lives, what this thread computes keeps nothing for gradients (c10::InferenceMode).
class WithoutGradients {
 public:
  WithoutGradients();
  ~WithoutGradients();
  WithoutGradients(const WithoutGradients&) = delete;
  WithoutGradients& operator=(const WithoutGradients&) = delete;

 private:
  struct Mode;
  std::unique_ptr<Mode> mode_;
};

}  // namespace evotoken::model
