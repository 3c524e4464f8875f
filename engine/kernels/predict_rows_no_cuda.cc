// Stands in for predict_rows_cuda.cu where no nvcc was found.
#include "engine/kernels/no_cuda.h"
#include "engine/kernels/predict_rows.h"

namespace evotoken::kernels {

void predict_rows_cuda(const PredictRowsInput& /*input*/, const PredictRowsOutput& /*output*/,
                       void* /*workspace*/, int /*device*/, void* /*stream*/) {
  throw_no_cuda();
}

std::int64_t predict_rows_cuda_workspace_bytes(const PredictRowsInput& /*input*/) { return 0; }

bool built_with_cuda() { return false; }

}  // namespace evotoken::kernels
