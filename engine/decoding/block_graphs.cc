#include "engine/decoding/block_graphs.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/profile.h"
#include "engine/decoding/block_schedule.h"
#include "engine/decoding/prediction_buffer.h"
#include "engine/kernels/denoise_step.h"
#include "engine/model/device.h"

namespace evotoken::decoding {
namespace {

kernels::DenoiseRule rule_of(const DecodingOptions& options, const Decoder& decoder,
                             const model::LladaModel& model) {
  const std::int64_t steps = options.steps_per_block();
  kernels::DenoiseRule rule;
  rule.mask_id = model.config().mask_token_id;
  rule.vocab = model.config().vocab_size;
  rule.soft = decoder.soft_input();
  rule.alpha = options.alpha_soft_mask;
  rule.random_scores = decoder.random_remasking(options);
  rule.rounds_scores = decoder.confidence_in_model_dtype();
  rule.fixed_per_step = static_cast<std::int32_t>(options.block_length / steps);
  rule.steps_with_one_more = static_cast<std::int32_t>(options.block_length % steps);
  rule.threshold = options.threshold.value_or(rule.threshold);
  rule.factor = options.factor.value_or(rule.factor);
  rule.most_steps_per_block = static_cast<std::int32_t>(most_steps_per_block(options));
  return rule;
}

/// What denoise_step is told; predictions are still missing.
kernels::DenoiseStep step_of(const DeviceSequence& sequence, const SequenceState& state,
                             const PredictionRequest& request, const kernels::DenoiseRule& rule) {
  kernels::DenoiseStep step = sequence.step();
  step.block_begin = state.block_begin();
  step.first_position = request.positions.front();
  step.rows = std::ssize(request.positions);
  step.candidate_rows = request.candidate_rows;
  step.top_k = request.top_k;
  step.rule = rule;
  return step;
}

/// A forward pass and what follows from it, enqueued.
void enqueue(const model::LladaModel& model, const model::PackedInput& input,
             const PredictionRequest& request, kernels::DenoiseStep step) {
  const at::Tensor logits = model.forward(input);
  const PredictionBuffer predictions = enqueue_predictions(logits, request, step.progress);
  const at::Tensor chosen = at::empty({step.candidate_rows}, logits.options().dtype(at::kBool));
  step.predicted = predictions.pointers();
  step.chosen = chosen.mutable_data_ptr<bool>();
  const c10::Device device = model.device();
  if (device.is_cpu()) return kernels::denoise_step_plain(step);
  kernels::denoise_step_cuda(step, device.index(), model::current_stream(device));
}

}  // namespace

BlockGraphs::BlockGraphs(const model::LladaModel& model,
                         std::shared_ptr<model::PassRecorder> recorder, std::size_t shapes)
    : model_(model), recorder_(std::move(recorder)), shapes_(shapes) {}

BlockGraphs::Counts BlockGraphs::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void BlockGraphs::check_recordable() const {
  if (failure_.empty()) return;
  throw DeviceError(
      fmt::format("--cuda_graphs: a denoising step cannot be recorded ({}), expected one of "
                  "kernels alone; leave --cuda_graphs out",
                  failure_));
}

model::KeyValueCache BlockGraphs::cache_for(const SequenceState& state,
                                            const DecodingOptions& options) {
  if (options.cache == Cache::kNone) return {};
  const weights::ModelConfig& config = model_.config();
  while (std::ssize(cache_memory_) < config.n_layers) {
    const std::int64_t sizes[] = {config.max_sequence_length, config.n_kv_heads, config.head_dim()};
    const at::TensorOptions like = model_.weights().embedding.options();
    cache_memory_.emplace_back(at::empty(sizes, like), at::empty(sizes, like));
  }
  std::vector<model::KeyValueCache::KeysAndValues> layers;
  for (const auto& [keys, values] : cache_memory_) {
    layers.emplace_back(keys.narrow(0, 0, state.length()), values.narrow(0, 0, state.length()));
  }
  return model::KeyValueCache(std::move(layers));
}

BlockGraphs::Entry& BlockGraphs::entry_of(const SequenceState& state,
                                          const DecodingOptions& options, const Decoder& decoder) {
  Shape shape{options, state.length(), state.block,
              plan_pass(state, options, decoder).predicted.begin};
  shape.options.seed = 0;  // not recorded: it is in the key of the sequence
  const auto found = std::ranges::find(entries_, shape, &Entry::shape);
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
  } else {
    const std::int64_t mixed = decoder.soft_input() ? decoder.top_k(options) + 1 : 0;
    entries_.push_front(
        Entry{std::move(shape),
              DeviceSequence(state.length(), mixed, model_.dtype(), model_.device()),
              cache_for(state, options),
              {}});
    if (entries_.size() > shapes_) entries_.pop_back();
  }
  return entries_.front();
}

void BlockGraphs::record(Step& step, const std::function<void()>& enqueue_step) {
  try {
    step.recorded = recorder_->record(enqueue_step);
    ++counts_.recorded;
  } catch (const std::exception& error) {
    const auto* const torch_error = dynamic_cast<const c10::Error*>(&error);
    failure_ = torch_error != nullptr ? torch_error->what_without_backtrace() : error.what();
  }
  check_recordable();
}

void BlockGraphs::take_step(Entry& entry, const SequenceState& state, const Decoder& decoder,
                            bool soft) {
  const DecodingOptions& options = entry.shape.options;
  const PassPlan plan = plan_pass(state, options, decoder);
  auto known = std::ranges::find_if(
      entry.steps, [&](const Step& step) { return step.plan == plan && step.soft == soft; });
  const bool warm = warm_threads_.contains(std::this_thread::get_id());
  if (known != entry.steps.end() && known->recorded != nullptr) {
    known->recorded->replay();
    ++counts_.replayed;
    return;
  }
  const PredictionRequest request = request_of(plan, state, options, decoder);
  const kernels::DenoiseStep step =
      step_of(entry.sequence, state, request, rule_of(options, decoder, model_));
  const model::PackedInput input =
      entry.sequence.input(plan.computed.begin, rows_of(plan, options, entry.cache), soft);
  const auto enqueue_step = [this, input, request, step] { enqueue(model_, input, request, step); };
  if (known == entry.steps.end() || !warm) {
    enqueue_step();
    ++counts_.evaluated;
    // Known only now: a recording by another thread must find all kernels loaded.
    warm_threads_.insert(std::this_thread::get_id());
    if (known == entry.steps.end()) entry.steps.push_back({plan, soft, nullptr});
    return;
  }
  record(*known, enqueue_step);
  known->recorded->replay();
  ++counts_.replayed;
}

void BlockGraphs::run(SequenceState& state, const DecodingOptions& options, const Decoder& decoder,
                      std::uint64_t random_key) {
  const std::lock_guard lock(mutex_);
  const ProfiledStage stage("block of steps");
  check_recordable();
  Entry& entry = entry_of(state, options, decoder);
  entry.sequence.give(state, random_key);
  const std::int64_t least = least_steps_per_block(options);
  const std::int64_t most = most_steps_per_block(options);
  bool over = false;
  while (!over) {
    take_step(entry, state, decoder, decoder.soft_input() && (state.nfe > 0));
    ++state.nfe;
    ++state.step_in_block;
    over = state.step_in_block == most ||
           (state.step_in_block >= least && entry.sequence.block_is_over());
  }
  entry.sequence.take(state);
}

}  // namespace evotoken::decoding
