// How much arithmetic a decoding needs at least, and what this machine can do: the floor that a
// measured time is held against (spec: performance.md).
#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <cstdint>

#include "engine/model/packed_input.h"
#include "engine/weights/model_config.h"

namespace evotoken::benchmarks {

/// Floating-point operations of one forward pass over one sequence: two per multiply-add of every
/// GEMM and of attention. In the last layer only keys and values need all rows. `positions`: keys
/// that a row attends to. `head_rows`: times that the head is read.
double pass_flops(const weights::ModelConfig& config, const model::SequenceRows& rows,
                  std::int64_t positions, double head_rows);

/// Best of a few products of 2,048 × 2,048 matrices with the threads set now, in FLOP/s:
/// LibTorch's, and on a CPU also its float32 ones and those of packed weights
/// (model::PackedWeight), by which narrow types may be faster.
double measure_gemm_flops_per_s(c10::ScalarType dtype, c10::Device device);

/// Best of a few copies of 256 MB, in bytes read and written per second.
double measure_copy_bytes_per_s(c10::Device device);

/// From now on model::peak_host_memory_bytes() counts anew. Does nothing where the system cannot.
void restart_peak_memory();

}  // namespace evotoken::benchmarks
