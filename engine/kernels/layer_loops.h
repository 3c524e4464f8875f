// What stands between the GEMMs of a transformer block, one read and one write each, on the CPU in
// float32 or bfloat16. bfloat16 is computed in float32 and rounded (to nearest, ties to even) where
// LibTorch's own operators round. Vectors through Highway, chosen at run time.
#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

namespace evotoken::kernels {

/// y = x · rsqrt(mean(x²) + eps), rounded, · weight, for `rows` rows of `width`. y may be x.
void rms_norm_rows(const float* x, const float* weight, float eps, std::int64_t rows,
                   std::int64_t width, float* y);
void rms_norm_rows(const c10::BFloat16* x, const c10::BFloat16* weight, float eps,
                   std::int64_t rows, std::int64_t width, c10::BFloat16* y);

/// Rotates heads in place: of each row's `heads` heads the halves (x1, x2) become
/// (x1·cos − x2·sin, x2·cos + x1·sin), rounded once. `stride`: numbers from one row of x to the
/// next. cos and sin [rows, head_dim] hold the angles of half a head, twice.
void rotate_rows(float* x, std::int64_t stride, std::int64_t rows, std::int64_t heads,
                 std::int64_t head_dim, const float* cos, const float* sin);
void rotate_rows(c10::BFloat16* x, std::int64_t stride, std::int64_t rows, std::int64_t heads,
                 std::int64_t head_dim, const float* cos, const float* sin);

/// y = silu(gate), rounded, · up, element by element. y may be gate or up.
/// silu(g) = g / (1 + exp(−g)).
void gated_silu(const float* gate, const float* up, std::int64_t count, float* y);
void gated_silu(const c10::BFloat16* gate, const c10::BFloat16* up, std::int64_t count,
                c10::BFloat16* y);

}  // namespace evotoken::kernels
