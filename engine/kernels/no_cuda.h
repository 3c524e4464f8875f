// What the files that stand in for CUDA kernels say where no nvcc was found.
#pragma once

#include "base/error.h"

namespace evotoken::kernels {

[[noreturn]] inline void throw_no_cuda() {
  throw DeviceError(
      "cuda: this program was built without CUDA kernels, expected nvcc at build time; install the "
      "CUDA toolkit and build again, or use --device cpu");
}

}  // namespace evotoken::kernels
