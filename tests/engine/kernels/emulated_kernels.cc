// Our CUDA kernels as the host plays them: the sources that nvcc compiles, with a stand-in for
// CUDA's header (emulated_cuda/cuda_runtime.h).
#include "engine/kernels/denoise_step_cuda.cu"
#include "engine/kernels/layer_loops_cuda.cu"
#include "engine/kernels/predict_rows_cuda.cu"
