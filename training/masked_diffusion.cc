#include "training/masked_diffusion.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace evotoken::training {
namespace {

constexpr double kLeastMasked = 1e-3;

/// The noised tokens, and of every masked one where it is and 1/p.
struct Noised {
  at::Tensor tokens;                      // [B · N]
  std::vector<std::int64_t> positions;    // of the masked, in the flattened batch
  std::vector<float> inverse_mask_rates;  // 1/p of each
  std::int64_t eligible = 0;              // tokens that could have been masked
};

struct Noise {
  std::int64_t mask_token = 0;
  bool prompts_visible = false;
  double least_t = 0;
};

Noised add_noise(const Batch& batch, const Noise& noise, Draw& draw) {
  Noised noised;
  noised.tokens = batch.tokens.clone().flatten();
  auto* const tokens = noised.tokens.mutable_data_ptr<std::int64_t>();
  for (std::int64_t b = 0; b < batch.size(); ++b) {
    const double mask_rate = (1 - kLeastMasked) * draw.uniform(noise.least_t, 1.0) + kLeastMasked;
    const Example& example = *batch.examples[static_cast<std::size_t>(b)];
    for (std::int64_t p = 0; p < batch.length(); ++p) {
      if (noise.prompts_visible && !example.may_mask(p)) continue;
      ++noised.eligible;
      if (draw.uniform() >= mask_rate) continue;
      const std::int64_t at = b * batch.length() + p;
      tokens[at] = noise.mask_token;
      noised.positions.push_back(at);
      noised.inverse_mask_rates.push_back(static_cast<float>(1 / mask_rate));
    }
  }
  return noised;
}

}  // namespace

Loss MaskedDiffusion::run(const Pass& pass, const Batch& batch, Draw& draw) const {
  const at::Device device = pass.model.device();
  const Noised noised =
      add_noise(batch, {pass.model.config().mask_token_id, prompts_visible_, least_t_}, draw);
  Loss loss;
  loss.tokens = batch.tokens.numel();
  if (noised.positions.empty()) return loss;

  std::int64_t wanted_begin = 0;
  if (prompts_visible_) {
    wanted_begin = *std::min_element(batch.prompt_lengths.begin(), batch.prompt_lengths.end());
  }
  model::PackedInput input = model::PackedInput::hard(
      noised.tokens.to(device),
      std::vector<model::SequenceRows>(static_cast<std::size_t>(batch.size()),
                                       {batch.length(), wanted_begin}));
  input.attend_together = true;
  const at::Tensor logits = run_forward(pass, input);  // [B · (N − wanted_begin), V]

  // Rows of the logits that hold masked positions, and the tokens that belong there.
  const std::int64_t wanted = batch.length() - wanted_begin;
  const at::Tensor positions = at::tensor(noised.positions, at::kLong);
  const at::Tensor rows = positions.div(batch.length(), "floor") * wanted +
                          (positions.remainder(batch.length()) - wanted_begin);
  const at::Tensor targets = batch.tokens.flatten().index_select(0, positions).to(device);
  const at::Tensor cross_entropy = at::cross_entropy_loss(
      logits.index_select(0, rows.to(device)).to(at::kFloat), targets, {}, at::Reduction::None);
  const at::Tensor weights = at::tensor(noised.inverse_mask_rates, at::kFloat).to(device);
  const at::Tensor total = (cross_entropy * weights).sum() / static_cast<double>(noised.eligible);
  (total * pass.weight).backward();
  loss.total = total.item<double>();
  return loss;
}

}  // namespace evotoken::training
