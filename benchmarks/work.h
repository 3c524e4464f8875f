// How much a decoding has to compute and to read at least, and what this machine can do: the floors
// that a measured time is held against (spec: performance.md).
#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <cstdint>

#include "engine/model/llada_model.h"
#include "engine/model/packed_input.h"

namespace evotoken::benchmarks {

/// Of a forward pass over one sequence. A stage takes as long as its arithmetic or as its weights
/// take to be read, whichever is longer.
struct PassWork {
  struct Stage {
    double flops = 0;         ///< two per multiply-add of every GEMM and of attention
    double weight_bytes = 0;  ///< each weight once
  };
  Stage layers;
  Stage head;
};

/// Rows of a pass that the head is evaluated for.
struct HeadRows {
  std::int64_t whole = 0;
  /// By products of bytes (model::LogitScreen), of which a vector holds four times as many as of
  /// float32 numbers: such a row counts as a quarter.
  std::int64_t screened = 0;
};

/// In the last layer only keys and values need all rows. `positions`: keys that a row attends to.
PassWork pass_work(const model::LladaModel& model, const model::SequenceRows& rows,
                   std::int64_t positions, const HeadRows& head);

/// Best of a few products of 2,048 × 2,048 matrices with the threads set now, in FLOP/s:
/// LibTorch's, and on a CPU also its float32 ones and those of packed weights
/// (model::PackedWeight), by which narrow types may be faster.
double measure_gemm_flops_per_s(c10::ScalarType dtype, c10::Device device);

/// Best of a few copies of 256 MB, in bytes read and written per second.
double measure_copy_bytes_per_s(c10::Device device);

/// From now on model::peak_host_memory_bytes() counts anew. Does nothing where the system cannot.
void restart_peak_memory();

}  // namespace evotoken::benchmarks
