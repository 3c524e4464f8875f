// Stands in for predict_rows_cuda.cu where no nvcc was found.
#include "base/error.h"
#include "engine/kernels/predict_rows.h"

namespace evotoken::kernels {

void predict_rows_cuda(const PredictRowsInput& /*input*/, const PredictRowsOutput& /*output*/,
                       void* /*workspace*/, int /*device*/, void* /*stream*/) {
  throw DeviceError(
      "cuda: this program was built without CUDA kernels, expected nvcc at build time; install the "
      "CUDA toolkit and build again, or use --device cpu");
}

std::int64_t predict_rows_cuda_workspace_bytes(const PredictRowsInput& /*input*/) { return 0; }

bool built_with_cuda() { return false; }

}  // namespace evotoken::kernels
