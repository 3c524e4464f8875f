// The loops of layer_loops.h on a GPU, for float32, bfloat16 and float16 (T = float, c10::BFloat16,
// c10::Half): one read and one write of what stands between two GEMMs, where LibTorch's operators
// need up to seven kernels. They round where the CPU's loops round.
//
// The functions enqueue on `stream` (a cudaStream_t of CUDA device `device`) and return; they may
// be captured in a CUDA graph. A row's results depend neither on the number of rows nor on
// addresses. They throw DeviceError when the launch fails or this program was built without CUDA
// (built_with_cuda() in predict_rows.h).
#pragma once

#include "engine/kernels/layer_work.h"

namespace evotoken::kernels {

template <typename T>
void rms_norm_rows_cuda(const RmsNormRows<T>& work, int device, void* stream);

template <typename T>
void rotate_rows_cuda(const RotateRows<T>& work, int device, void* stream);

template <typename T>
void gated_silu_cuda(const GatedSilu<T>& work, int device, void* stream);

}  // namespace evotoken::kernels
