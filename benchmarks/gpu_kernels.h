// The GPU's part of evotoken-bench-kernels.
#pragma once

namespace evotoken::benchmarks {

/// Registers the CUDA kernels with Google Benchmark, beside a GEMM; the rate of a copy in the GPU's
/// memory is measured at once and stands in the context. Without a usable GPU it registers nothing
/// and says so on stderr.
void register_gpu_kernels();

}  // namespace evotoken::benchmarks
