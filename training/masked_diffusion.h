// The loss of masked diffusion: what makes a base model. Source: spec training.md; GUIDELINES.md of
// ML-GSAI/LLaDA.
#pragma once

#include "training/objective.h"

namespace evotoken::training {

/// t ~ U(0,1) per sequence; every token is masked with probability p = (1 − 1e-3) t + 1e-3;
/// loss = Σ CE(masked)/p / (number of tokens).
class MaskedDiffusion final : public Objective {
 public:
  /// `prompts_visible`: SFT, where only response tokens (of a text with gaps: what is asked) are
  /// masked and counted; otherwise pre-training, where all are. `least_t` > 0 draws t from
  /// [least_t, 1): decoding begins with everything masked.
  explicit MaskedDiffusion(bool prompts_visible, double least_t = 0)
      : prompts_visible_(prompts_visible), least_t_(least_t) {}

  Loss run(const Pass& pass, const Batch& batch, Draw& draw) const override;

 private:
  const bool prompts_visible_;
  const double least_t_;
};

}  // namespace evotoken::training
