// The loops of layer_loops.h on a GPU, for float32, bfloat16 and float16 (T = float, c10::BFloat16,
// c10::Half): one read and one write of what stands between two GEMMs, where LibTorch's operators
// need up to seven kernels. They round where the CPU's loops round.
//
// All pointers are to memory of the device that the kernel runs on. The functions enqueue on
// `stream` (a cudaStream_t of CUDA device `device`) and return; they may be captured in a CUDA
// graph. A row's results depend neither on the number of rows nor on addresses. They throw
// DeviceError when the launch fails or this program was built without CUDA
// (built_with_cuda() in predict_rows.h).
#pragma once

#include <cstdint>

namespace evotoken::kernels {

/// y = x · 1/√(mean(x²) + eps), computed in float32 and rounded, · weight.
template <typename T>
struct RmsNormRows {
  const T* x = nullptr;       ///< [rows, width]
  const T* weight = nullptr;  ///< [width]
  float eps = 0;
  std::int64_t rows = 0;
  std::int64_t width = 0;
  T* y = nullptr;  ///< [rows, width]; may be x
};
template <typename T>
void rms_norm_rows_cuda(const RmsNormRows<T>& work, int device, void* stream);

/// In place: of each row's heads the halves (x1, x2) become (x1·cos − x2·sin, x2·cos + x1·sin).
template <typename T>
struct RotateRows {
  T* x = nullptr;           ///< [rows, heads, head_dim], rows `stride` numbers apart
  std::int64_t stride = 0;  ///< ≥ heads · head_dim
  std::int64_t rows = 0;
  std::int64_t heads = 0;
  std::int64_t head_dim = 0;   ///< even
  const float* cos = nullptr;  ///< [rows, head_dim]: the angles of half a head, twice
  const float* sin = nullptr;
  /// Rounded to a narrow T after every operation, as LibTorch's operators in T are; else computed
  /// in float32 and rounded once.
  bool stepwise = false;
};
template <typename T>
void rotate_rows_cuda(const RotateRows<T>& work, int device, void* stream);

/// y = silu(gate), rounded, · up, element by element.
template <typename T>
struct GatedSilu {
  const T* gate = nullptr;  ///< [count]
  const T* up = nullptr;    ///< [count]
  std::int64_t count = 0;
  T* y = nullptr;  ///< [count]; may be gate or up
};
template <typename T>
void gated_silu_cuda(const GatedSilu<T>& work, int device, void* stream);

}  // namespace evotoken::kernels
