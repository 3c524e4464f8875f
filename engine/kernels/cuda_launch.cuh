// Every call of the CUDA run time and every launch goes through here.
#pragma once

#include <cuda_runtime.h>

#include <string>
#include <utility>

#include "base/error.h"

namespace evotoken::kernels {

/// Throws DeviceError where `what`, e.g. "cudaSetDevice", gave an error.
inline void check_cuda(cudaError_t error, const std::string& what) {
  if (error == cudaSuccess) return;
  throw DeviceError("cuda: " + what + " failed (" + cudaGetErrorString(error) +
                    "), expected a working GPU; see nvidia-smi, or use --device cpu");
}

/// Thread blocks, threads of each, and the stream that they are enqueued on.
struct Grid {
  unsigned blocks;
  unsigned threads;
  cudaStream_t stream;
};

/// Launches `kernel`, called `name` in errors. Throws DeviceError.
template <typename... Parameters, typename... Arguments>
void launch(const char* name, void (*kernel)(Parameters...), const Grid& grid,
            Arguments&&... arguments) {
  cudaLaunchConfig_t config{};
  config.gridDim.x = grid.blocks;
  config.blockDim.x = grid.threads;
  config.stream = grid.stream;
  check_cuda(cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...),
             std::string("launch of ") + name);
}

/// `stream` (a cudaStream_t) of CUDA device `device`, which becomes the current one: this CUDA run
/// time is linked statically, beside LibTorch's, and has a current device of its own.
inline cudaStream_t stream_on(int device, void* stream) {
  check_cuda(cudaSetDevice(device), "cudaSetDevice");
  return static_cast<cudaStream_t>(stream);
}

}  // namespace evotoken::kernels
