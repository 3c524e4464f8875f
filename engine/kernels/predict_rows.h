// From logits to what decoding reads of them: per row the candidate token, its probability and the
// K most probable tokens (spec: decoding.md, steps 3 to 5 and 8).
//
//   candidate   argmax_v  l_v − T·ln(−ln u_v)
//               Gumbel-max at temperature T, the logarithm of the published exp(l)/(−ln u)^T;
//               T = 0: argmax l
//   confidence  exp(l_candidate − m) / Σ_v exp(l_v − m),   m = max l, in double
//   shares      exp(l_k − m) / Σ_{j ≤ K} exp(l_j − m) of the K largest logits: soft tokens need the
//               top probabilities only up to a factor, so rows beyond the block need no normaliser.
//
// The mask row M: with `ban_mask` it is never a candidate; with T = 0 it is then missing from the
// softmax and the top K as well, with T > 0 it stays in both. The published code does so, and both
// are part of the semantics. Ties go to the lowest row.
#pragma once

#include <cstdint>

#include "engine/kernels/denoising_progress.h"

namespace evotoken::kernels {

enum class LogitType { kFloat32, kBFloat16, kFloat16 };

/// All pointers are to the memory of the device that the kernel runs on.
struct PredictRowsInput {
  const void* logits = nullptr;  ///< [rows, vocab], row-major, no padding
  LogitType type = LogitType::kFloat32;
  std::int64_t rows = 0;
  std::int64_t candidate_rows = 0;  ///< the first so many rows get candidate and confidence
  std::int64_t vocab = 0;
  std::int64_t mask_id = 0;
  bool ban_mask = true;
  double temperature = 0;        ///< ≥ 0
  std::int64_t top_k = 0;        ///< 0: no top K wanted; else < vocab
  std::uint64_t random_key = 0;  ///< see uniforms.h; read when temperature > 0
  std::uint32_t step = 0;
  /// Where not null, key and step are read there instead, when the kernel runs.
  const DenoisingProgress* progress = nullptr;
  std::uint32_t first_position = 0;         ///< of row 0, where `positions` is null
  const std::int64_t* positions = nullptr;  ///< [≥ candidate_rows], or null: consecutive
  const double* uniforms = nullptr;  ///< [candidate_rows, vocab] to use instead of Philox, or null

  bool mask_in_softmax() const { return !(ban_mask && temperature == 0); }
  constexpr std::uint64_t current_key() const {
    return progress != nullptr ? progress->random_key : random_key;
  }
  constexpr std::uint32_t current_step() const {
    return progress != nullptr ? progress->nfe : step;
  }
  /// Where candidate row `row` stands in its sequence.
  constexpr std::uint32_t position(std::int64_t row) const {
    if (positions != nullptr) return static_cast<std::uint32_t>(positions[row]);
    return first_position + static_cast<std::uint32_t>(row);
  }
};

/// Written by the kernel; caller's memory. A row whose logits are not numbers gets candidate −1.
struct PredictRowsOutput {
  std::int32_t* candidate = nullptr;  ///< [candidate_rows]
  double* confidence = nullptr;       ///< [candidate_rows]
  std::int32_t* top_ids = nullptr;    ///< [rows, top_k], most probable first
  double* top_shares = nullptr;       ///< [rows, top_k], each row sums to 1
};

/// Rows [begin, end) on the CPU, plainly and in double: the oracle of every faster kernel.
void predict_rows_plain(const PredictRowsInput& input, const PredictRowsOutput& output,
                        std::int64_t begin, std::int64_t end);

/// The same in vectors, one read of each row (row_scan.h). Candidates and top K are those of the
/// plain kernel; confidences agree to 1e-12 relative (another order of the sum).
void predict_rows_cpu(const PredictRowsInput& input, const PredictRowsOutput& output,
                      std::int64_t begin, std::int64_t end);

/// All rows on CUDA device `device`, enqueued on `stream` (a cudaStream_t of that device), one read
/// of each row for top_k ≤ 8. `workspace`: as many bytes of that device's memory as asked for
/// below, a multiple of 16 as its address, not to be used for anything else until the stream is
/// done. Results do not depend on the number of rows or their addresses; against the plain kernel
/// as predict_rows_cpu. Throws DeviceError when the launch fails or this program was built without
/// CUDA.
void predict_rows_cuda(const PredictRowsInput& input, const PredictRowsOutput& output,
                       void* workspace, int device, void* stream);
std::int64_t predict_rows_cuda_workspace_bytes(const PredictRowsInput& input);

/// Whether this program holds CUDA kernels.
bool built_with_cuda();

}  // namespace evotoken::kernels
