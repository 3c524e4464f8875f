// Continuous trajectory supervision: K consecutive denoising steps on soft tokens, each supervised
// against the ground truth. Source: spec training.md; EvoToken-DLM train/sft_trainer_CTS.py.
#pragma once

#include <cstdint>
#include <vector>

#include "training/objective.h"

namespace evotoken::training {

struct CtsOptions {
  std::int64_t steps = 4;                                     ///< continuous_K
  std::vector<std::int64_t> decoded_per_step = {1, 2, 4, 8};  ///< d, drawn per batch
  std::int64_t block_cap = 512;                               ///< longest block
  std::int64_t k_soft = 3;
  double alpha_low = 0.5;  ///< α uniform in [low, high), anew per pass and sample
  double alpha_high = 1.0;
};

/// One sample's way: where it starts and which positions are decoded when.
struct Trajectory {
  std::vector<TokenId> noised;  ///< [N] input of the first pass
  std::int64_t prompt_length = 0;
  std::int64_t block_begin = 0;
  std::vector<std::vector<std::int64_t>> decoded;  ///< [K][d] positions fixed after each pass
  std::vector<double> alpha;                       ///< [K] for the input of the next pass
};

/// A noised batch: all that is random about it.
struct CtsBatch {
  at::Tensor truth;  ///< [B, N] int64, CPU
  std::int64_t block_length = 0;
  std::vector<Trajectory> samples;
};

/// Draws all that is random about `batch`, int64 [B, N]: d once for all samples; per sample where
/// its block begins (behind its prompt, as far as there is room), how many of the block's positions
/// stay visible, in which order the others are decoded, d after each pass, and α of each pass. The
/// block and what lies behind it is masked, the visible positions excepted. Expects N > steps · d.
CtsBatch make_cts_batch(const Batch& batch, const CtsOptions& options, std::int64_t mask_token,
                        Draw& draw);

/// Forward and backward of all K passes; the loss is the mean of the K means over all positions of
/// the blocks. No gradient flows from one pass to the next.
Loss run_cts(const Pass& pass, const CtsBatch& batch, std::int64_t k_soft);

class ContinuousTrajectorySupervision final : public Objective {
 public:
  explicit ContinuousTrajectorySupervision(CtsOptions options) : options_(std::move(options)) {}
  double extra_pad_probability() const override { return 0.5; }
  Loss run(const Pass& pass, const Batch& batch, Draw& draw) const override;

 private:
  const CtsOptions options_;
};

}  // namespace evotoken::training
