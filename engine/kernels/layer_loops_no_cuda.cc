// Stands in for layer_loops_cuda.cu where no nvcc was found.
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include "engine/kernels/layer_loops_cuda.h"
#include "engine/kernels/no_cuda.h"

namespace evotoken::kernels {

template <typename T>
void rms_norm_rows_cuda(const RmsNormRows<T>& /*work*/, int /*device*/, void* /*stream*/) {
  throw_no_cuda();
}

template <typename T>
void rotate_rows_cuda(const RotateRows<T>& /*work*/, int /*device*/, void* /*stream*/) {
  throw_no_cuda();
}

template <typename T>
void gated_silu_cuda(const GatedSilu<T>& /*work*/, int /*device*/, void* /*stream*/) {
  throw_no_cuda();
}

#define EVOTOKEN_LAYER_KERNELS_OF(T)                                      \
  template void rms_norm_rows_cuda<T>(const RmsNormRows<T>&, int, void*); \
  template void rotate_rows_cuda<T>(const RotateRows<T>&, int, void*);    \
  template void gated_silu_cuda<T>(const GatedSilu<T>&, int, void*);
EVOTOKEN_LAYER_KERNELS_OF(float)
EVOTOKEN_LAYER_KERNELS_OF(c10::BFloat16)
EVOTOKEN_LAYER_KERNELS_OF(c10::Half)
#undef EVOTOKEN_LAYER_KERNELS_OF

}  // namespace evotoken::kernels
