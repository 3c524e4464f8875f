// The boundary between tensors and kernels: logits in, what decoding reads of them out.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "engine/decoding/sequence_state.h"
#include "engine/model/linear.h"

namespace evotoken::decoding {

/// Where random numbers come from. By default Philox, keyed by seed and sample id; tests inject the
/// uniforms of the golden files.
struct Randomness {
  using Uniform = std::function<double(std::int64_t step, std::int64_t position, std::int64_t row)>;

  std::uint64_t key = 0;
  Uniform injected;  ///< used instead of Philox where set

  /// The key is a hash of the id, seeded with `seed`.
  static Randomness keyed(std::uint64_t seed, std::string_view sample_id);
  /// u in [0, 1) of (forward pass, position from the first prompt token, vocabulary row).
  double uniform(std::int64_t step, std::int64_t position, std::int64_t row) const;
};

/// Predictions for some rows of one sequence.
struct Predictions {
  std::vector<std::int64_t> positions;  ///< [rows], ascending
  std::vector<TokenId> candidate;       ///< x0 of the first rows, up to the end of the block
  std::vector<double> confidence;       ///< q of the same rows
  std::int64_t top_k = 0;
  std::vector<TokenId> top_ids;  ///< [rows, top_k]; empty when no soft tokens are wanted
  /// [rows, top_k] q_k / (q_1 + … + q_K), falling. At temperature 0 the candidate is the first, so
  /// q_k = confidence · top_shares[k] / top_shares[0].
  std::vector<double> top_shares;

  std::int64_t first_position() const { return positions.front(); }
  /// Throws std::out_of_range for a position that is not there.
  std::size_t row(std::int64_t position) const;
};

struct PredictionRequest {
  /// The positions [begin, end), all with a candidate.
  static PredictionRequest of(std::int64_t begin, std::int64_t end);

  std::vector<std::int64_t> positions;  ///< of the logits' rows, each above the last
  std::int64_t candidate_rows = 0;      ///< the first so many
  std::int64_t step = 0;                ///< forward passes of this sequence before this one
  TokenId mask_id = 0;
  bool ban_mask = true;
  double temperature = 0;
  std::int64_t top_k = 0;  ///< 0: none
};

/// Throws the DeviceError of logits that are not numbers.
[[noreturn]] void refuse_logits(std::int64_t forward_pass, std::int64_t position);

/// Runs the kernel for `logits` [rows, vocab] (contiguous, float32, bf16 or f16, CPU or CUDA) and
/// brings the result to the host. Throws DeviceError when the logits are not numbers.
Predictions predict(const at::Tensor& logits, const PredictionRequest& request,
                    const Randomness& randomness);

/// predict(head(hidden)) for `hidden` [rows, d_model]. On a CPU the head is evaluated by tiles of
/// the vocabulary that stay in the cache, and the logits are never stored: [rows, vocab] of them
/// would be 40 MB for 80 rows of LLaDA's vocabulary. The result does not depend on the number of
/// threads.
Predictions predict_with_head(const at::Tensor& hidden, const model::Linear& head,
                              const PredictionRequest& request, const Randomness& randomness);

}  // namespace evotoken::decoding
