#include "engine/decoding/denoiser.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/profile.h"
#include "engine/decoding/block_graphs.h"
#include "engine/decoding/block_schedule.h"
#include "engine/decoding/pass_plan.h"
#include "engine/decoding/stopping.h"

namespace evotoken::decoding {
namespace {

/// A copy of a vector as a tensor of shape `shape`, on the host.
template <typename T>
at::Tensor to_tensor(const std::vector<T>& values, at::IntArrayRef shape, at::ScalarType from,
                     at::ScalarType to) {
  // from_blob wants mutable data; the tensor is copied before anybody could write to it.
  T* const data = const_cast<T*>(values.data());
  return at::from_blob(data, shape, at::TensorOptions().dtype(from))
      .to(to, /*non_blocking=*/false, /*copy=*/true);
}

/// Rounds each value to `dtype` and back.
void round_to(at::ScalarType dtype, std::vector<double>& values) {
  for (double& value : values) {
    value = at::scalar_tensor(value, at::kDouble).to(dtype).item<double>();
  }
}

/// Throws UsageError for a request that this model cannot serve.
void check_request(const weights::ModelConfig& config, const DecodingOptions& options,
                   const std::vector<TokenId>& prompt) {
  check(options);
  const auto prompt_length = static_cast<std::int64_t>(prompt.size());
  if (options.gen_length > config.max_sequence_length - prompt_length) {
    throw UsageError(
        fmt::format("prompt: {} tokens and --gen_length {}, but the model takes at most {} "
                    "together; shorten one of them",
                    prompt_length, options.gen_length, config.max_sequence_length));
  }
  check_vocabulary(options, config.vocab_size);
  const auto mask = std::find(prompt.begin(), prompt.end(), config.mask_token_id);
  if (mask != prompt.end()) {
    throw UsageError(
        fmt::format("prompt: holds the mask token at position {}, expected text without it; "
                    "take it out",
                    mask - prompt.begin()));
  }
}

}  // namespace

Denoiser::Denoiser(const model::LladaModel& model, const DecodingOptions& options,
                   const std::vector<TokenId>& prompt, Randomness randomness, TraceSink* trace)
    : model_(model),
      options_(options),
      decoder_(find_decoder(options.decoder)),
      randomness_(std::move(randomness)),
      trace_(trace) {
  check_request(model.config(), options, prompt);
  state_ = SequenceState::start(prompt, options.gen_length, options.block_length,
                                static_cast<TokenId>(model.config().mask_token_id));
}

model::PackedInput Denoiser::next_input() {
  const ProfiledStage stage("input");
  const PassPlan plan = plan_pass(state_, options_, decoder_);
  const Window rows = plan.computed;
  const std::vector<model::SequenceRows> sequence = {rows_of(plan, options_, cache_)};
  if (state_.soft.absent()) {
    const at::Tensor ids = to_tensor(state_.tokens, {state_.length()}, at::kInt, at::kLong);
    return model::PackedInput::hard(ids.narrow(0, rows.begin, rows.size()), sequence);
  }
  const std::int64_t shape[] = {state_.length(), state_.soft.per_position};
  const at::Tensor ids = to_tensor(state_.soft.ids, shape, at::kInt, at::kLong);
  const at::Tensor weights = to_tensor(state_.soft.weights, shape, at::kDouble, model_.dtype());
  return model::PackedInput::soft(ids.narrow(0, rows.begin, rows.size()),
                                  weights.narrow(0, rows.begin, rows.size()), sequence);
}

PredictionRequest Denoiser::whole_request() const {
  return request_of(plan_pass(state_, options_, decoder_), state_, options_, decoder_);
}

/// Confidences as the method wants them.
Predictions Denoiser::complete(Predictions predictions) const {
  if (decoder_.random_remasking(options_)) {
    // Row V is no row of the vocabulary: its number is free for the choice of positions.
    for (std::size_t row = 0; row < predictions.confidence.size(); ++row) {
      predictions.confidence[row] =
          randomness_.uniform(state_.nfe, predictions.positions[row], model_.config().vocab_size);
    }
  } else if (decoder_.confidence_in_model_dtype()) {
    round_to(model_.dtype(), predictions.confidence);
  }
  return predictions;
}

void Denoiser::apply(const Predictions& predictions) {
  const ProfiledStage stage("revision");
  const std::int64_t block_begin = state_.block_begin();
  const StepChange change = decoder_.step(state_, predictions, options_);
  state_.revised_tokens += static_cast<std::int64_t>(change.revised.size());
  if (trace_ != nullptr) trace_->on_step({block_begin, state_.nfe, state_, change});
  ++state_.nfe;
  ++state_.step_in_block;
  if (block_is_over(state_, options_)) end_block();
}

void Denoiser::end_block() {
  const auto end_token = static_cast<TokenId>(model_.config().eos_token_id);
  if (sequence_is_over(state_, options_, end_token)) fill_rest(end_token);
  state_.begin_block(state_.block + 1);
}

void Denoiser::advance(BlockGraphs* graphs) {
  const bool recorded = graphs != nullptr && trace_ == nullptr && !randomness_.injected &&
                        decoder_.device_can_step() && state_.step_in_block == 0;
  if (!recorded) return step();
  graphs->run(state_, options_, decoder_, randomness_.key);
  end_block();
}

void Denoiser::fill_rest(TokenId token) {
  std::fill(state_.tokens.begin() + state_.block_end(), state_.tokens.end(), token);
  state_.block = options_.blocks() - 1;
}

PredictionRequest Denoiser::next_request() const {
  PredictionRequest request = whole_request();
  const bool masked_alone = !decoder_.reads_decoded_positions() && !decoder_.soft_input();
  if (model_.device().is_cpu() && masked_alone) {
    request.positions = state_.masked_positions(request.positions.front());
    request.candidate_rows = std::ssize(request.positions);
  }
  return request;
}

void Denoiser::apply_hidden(at::Tensor hidden) {
  const PredictionRequest request = next_request();
  if (std::ssize(request.positions) < hidden.size(0)) {
    const std::int64_t first = plan_pass(state_, options_, decoder_).predicted.begin;
    hidden = hidden.index_select(0, at::tensor(request.positions) - first);
  }
  apply(complete(predict_with_head(hidden, model_.weights().head, request, randomness_)));
}

std::vector<TokenId> Denoiser::output() const {
  return {state_.tokens.begin() + state_.prompt_length, state_.tokens.end()};
}

}  // namespace evotoken::decoding
