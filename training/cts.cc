#include "training/cts.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "engine/decoding/predictor.h"
#include "engine/decoding/soft_tokens.h"

namespace evotoken::training {
namespace {

using decoding::SequenceState;

/// The decoder's state of every sample before the first pass. "Prompt" is all that stays one-hot:
/// what lies before the block, or the prompt where a block had to begin inside it.
std::vector<SequenceState> start_states(const CtsBatch& batch, std::int64_t mask_token) {
  std::vector<SequenceState> states;
  for (const Trajectory& sample : batch.samples) {
    SequenceState state;
    state.tokens = sample.noised;
    state.confidence.assign(state.tokens.size(), 0.0);
    state.mask_id = static_cast<TokenId>(mask_token);
    state.prompt_length = std::max(sample.block_begin, sample.prompt_length);
    state.block_length = sample.block_begin + batch.block_length - state.prompt_length;
    states.push_back(std::move(state));
  }
  return states;
}

template <typename T>
at::Tensor to_tensor(const std::vector<T>& values, at::ScalarType type) {
  return at::from_blob(const_cast<T*>(values.data()), {static_cast<std::int64_t>(values.size())},
                       at::TensorOptions().dtype(type))
      .clone();
}

/// The states as one input; logits are wanted from `wanted_begin` on.
model::PackedInput pack(const std::vector<SequenceState>& states, std::int64_t wanted_begin,
                        const model::LladaModel& model) {
  std::vector<at::Tensor> ids;
  std::vector<at::Tensor> weights;
  const bool soft = !states.front().soft.absent();
  for (const SequenceState& state : states) {
    ids.push_back(to_tensor(soft ? state.soft.ids : state.tokens, at::kInt));
    if (soft) weights.push_back(to_tensor(state.soft.weights, at::kDouble));
  }
  const std::vector<model::SequenceRows> rows(states.size(),
                                              {states.front().length(), wanted_begin});
  const at::Tensor all_ids = at::cat(ids).to(model.device(), at::kLong);
  model::PackedInput input;
  if (soft) {
    const std::int64_t per_position = states.front().soft.per_position;
    input = model::PackedInput::soft(
        all_ids.view({-1, per_position}),
        at::cat(weights).to(model.device(), model.dtype()).view({-1, per_position}), rows);
  } else {
    input = model::PackedInput::hard(all_ids, rows);
  }
  input.attend_together = true;
  return input;
}

/// One pass of the trajectory for one sample: decode its positions, revise, evolve. `logits` are
/// the rows from the sample's block on.
void advance(SequenceState& state, const at::Tensor& logits, const Trajectory& sample,
             std::size_t step, std::int64_t k_soft) {
  auto request = decoding::PredictionRequest::of(sample.block_begin, state.length());
  request.candidate_rows = state.block_end() - sample.block_begin;
  request.mask_id = state.mask_id;
  request.ban_mask = false;  // the published trainer does not
  request.top_k = k_soft;
  const decoding::Predictions predictions = decoding::predict(logits, request, {});
  for (const std::int64_t position : sample.decoded[step]) {
    state.tokens[SequenceState::at(position)] = predictions.candidate[predictions.row(position)];
  }
  decoding::revise(state, predictions, decoding::MaskRevision::kAllowed);
  decoding::evolve(state, predictions, sample.alpha[step]);
}

}  // namespace

CtsBatch make_cts_batch(const Batch& batch, const CtsOptions& options, std::int64_t mask_token,
                        Draw& draw) {
  const std::int64_t length = batch.length();
  const auto choices = static_cast<std::int64_t>(options.decoded_per_step.size());
  const std::int64_t per_step =
      options.decoded_per_step[static_cast<std::size_t>(draw.between(0, choices - 1))];
  const std::int64_t decoded = options.steps * per_step;
  const std::int64_t longest_prompt =
      *std::max_element(batch.prompt_lengths.begin(), batch.prompt_lengths.end());

  CtsBatch noised;
  noised.truth = batch.tokens;
  noised.block_length = std::min(options.block_cap, length - longest_prompt);
  if (noised.block_length <= decoded) noised.block_length = decoded + 1;
  for (std::int64_t b = 0; b < batch.size(); ++b) {
    Trajectory sample;
    sample.prompt_length = batch.prompt_lengths[static_cast<std::size_t>(b)];
    const std::int64_t last_begin = length - noised.block_length;
    sample.block_begin = sample.prompt_length >= last_begin
                             ? last_begin
                             : draw.between(sample.prompt_length, last_begin);
    const std::vector<std::int64_t> order = draw.permutation(noised.block_length);
    const std::int64_t visible = draw.between(0, noised.block_length - decoded);

    const auto* const truth = batch.tokens.const_data_ptr<std::int64_t>() + b * length;
    sample.noised.assign(truth, truth + length);
    const auto mask = static_cast<TokenId>(mask_token);
    std::fill(sample.noised.begin() + sample.block_begin + noised.block_length, sample.noised.end(),
              mask);
    const auto position = [&](std::int64_t i) {
      return sample.block_begin + order[static_cast<std::size_t>(i)];
    };
    for (std::int64_t i = visible; i < noised.block_length; ++i) {
      sample.noised[static_cast<std::size_t>(position(i))] = mask;
    }
    for (std::int64_t k = 0; k < options.steps; ++k) {
      std::vector<std::int64_t>& now = sample.decoded.emplace_back();
      for (std::int64_t d = 0; d < per_step; ++d) {
        now.push_back(position(visible + k * per_step + d));
      }
      sample.alpha.push_back(draw.uniform(options.alpha_low, options.alpha_high));
    }
    noised.samples.push_back(std::move(sample));
  }
  return noised;
}

Loss run_cts(const Pass& pass, const CtsBatch& batch, std::int64_t k_soft) {
  const std::size_t steps = batch.samples.front().decoded.size();
  const std::int64_t length = batch.truth.size(1);
  std::vector<SequenceState> states = start_states(batch, pass.model.config().mask_token_id);
  std::int64_t wanted_begin = length;
  for (const Trajectory& sample : batch.samples) {
    wanted_begin = std::min(wanted_begin, sample.block_begin);
  }

  Loss loss;
  for (std::size_t step = 0; step < steps; ++step) {
    const at::Tensor logits =
        run_forward(pass, pack(states, wanted_begin, pass.model))
            .view({static_cast<std::int64_t>(states.size()), length - wanted_begin, -1});
    std::vector<at::Tensor> rows;
    std::vector<at::Tensor> targets;
    for (std::size_t b = 0; b < states.size(); ++b) {
      const auto sample = static_cast<std::int64_t>(b);
      const std::int64_t begin = batch.samples[b].block_begin;
      rows.push_back(logits[sample].narrow(0, begin - wanted_begin, batch.block_length));
      targets.push_back(batch.truth[sample].narrow(0, begin, batch.block_length));
    }
    const at::Tensor stage =
        at::cross_entropy_loss(at::cat(rows).to(at::kFloat), at::cat(targets).to(logits.device()));
    (stage * (pass.weight / static_cast<double>(steps))).backward();
    loss.stages.push_back(stage.item<double>());
    loss.total += loss.stages.back() / static_cast<double>(steps);
    loss.tokens += batch.truth.numel();

    if (step + 1 == steps) break;  // nothing reads the state after the last pass
    const at::Tensor seen = logits.detach();
    for (std::size_t b = 0; b < states.size(); ++b) {
      const std::int64_t begin = batch.samples[b].block_begin - wanted_begin;
      advance(states[b],
              seen[static_cast<std::int64_t>(b)].narrow(0, begin, length - wanted_begin - begin),
              batch.samples[b], step, k_soft);
    }
  }
  return loss;
}

Loss ContinuousTrajectorySupervision::run(const Pass& pass, const Batch& batch, Draw& draw) const {
  return run_cts(pass, make_cts_batch(batch, options_, pass.model.config().mask_token_id, draw),
                 options_.k_soft);
}

}  // namespace evotoken::training
