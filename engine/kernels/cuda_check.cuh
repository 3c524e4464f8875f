// Every call of the CUDA run time and every launch is checked by this.
#pragma once

#include <cuda_runtime.h>

#include <string>

#include "base/error.h"

namespace evotoken::kernels {

/// Throws DeviceError where `what`, e.g. "launch of merge_tiles_kernel", gave an error.
inline void check_cuda(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  throw DeviceError(std::string("cuda: ") + what + " failed (" + cudaGetErrorString(error) +
                    "), expected a working GPU; see nvidia-smi, or use --device cpu");
}

}  // namespace evotoken::kernels
