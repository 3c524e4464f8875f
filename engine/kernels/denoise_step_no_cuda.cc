// Stands in for denoise_step_cuda.cu where no nvcc was found.
#include "engine/kernels/denoise_step.h"
#include "engine/kernels/no_cuda.h"

namespace evotoken::kernels {

void denoise_step_cuda(const DenoiseStep& /*work*/, int /*device*/, void* /*stream*/) {
  throw_no_cuda();
}

}  // namespace evotoken::kernels
