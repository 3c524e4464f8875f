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
                         std::shared_ptr<model::GraphRecorder> recorder, std::size_t shapes)
    : model_(model), recorder_(std::move(recorder)), shapes_(shapes) {}

BlockGraphs::Counts BlockGraphs::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void BlockGraphs::check_recordable() const {
  if (!failure_) return;
  throw DeviceError(
      fmt::format("--cuda_graphs: a denoising step cannot be recorded ({}), expected one of "
                  "kernels alone; leave --cuda_graphs out",
                  *failure_));
}

model::KeyValueCache BlockGraphs::cache_for(std::int64_t length) {
  if (cache_memory_.empty() || cache_memory_[0].first.size(0) < length) {
    // In large strides, because what was recorded with the old memory is lost.
    entries_.remove_if([](const Entry& entry) { return entry.cache.length() > 0; });
    cache_memory_.clear();
    const weights::ModelConfig& config = model_.config();
    const std::int64_t rows = std::min((length + 511) / 512 * 512, config.max_sequence_length);
    const std::int64_t sizes[] = {rows, config.n_kv_heads, config.head_dim()};
    const at::TensorOptions like = model_.weights().embedding.options();
    std::vector<model::KeyValueCache::KeysAndValues> memory;
    for (std::int64_t layer = 0; layer < config.n_layers; ++layer) {
      memory.emplace_back(at::empty(sizes, like), at::empty(sizes, like));
    }
    cache_memory_ = std::move(memory);
  }
  std::vector<model::KeyValueCache::KeysAndValues> layers;
  for (const auto& [keys, values] : cache_memory_) {
    layers.emplace_back(keys.narrow(0, 0, length), values.narrow(0, 0, length));
  }
  return model::KeyValueCache(std::move(layers));
}

BlockGraphs::Entry& BlockGraphs::entry_of(const SequenceState& state,
                                          const DecodingOptions& options, const Decoder& decoder) {
  Shape shape{options, state.length(), state.block, state.first_candidate};
  shape.options.seed = 0;  // not recorded: it is in the key of the sequence
  const auto found = std::ranges::find(entries_, shape, &Entry::shape);
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
  } else {
    const std::int64_t mixed = decoder.soft_input() ? decoder.top_k(options) + 1 : 0;
    const bool cached = options.cache != Cache::kNone;
    model::KeyValueCache cache = cached ? cache_for(state.length()) : model::KeyValueCache();
    DeviceSequence sequence(state.length(), mixed, model_.dtype(), model_.device());
    entries_.push_front({std::move(shape), std::move(sequence), std::move(cache), {}});
    if (entries_.size() > shapes_) entries_.pop_back();
  }
  return entries_.front();
}

void BlockGraphs::record(Step& step, const std::function<void()>& enqueue_step) {
  try {
    step.recorded = recorder_->record(enqueue_step);
  } catch (const c10::OutOfMemoryError&) {
    throw;  // it may be there the next time
  } catch (const c10::Error& error) {
    failure_ = error.what_without_backtrace();
  } catch (const std::exception& error) {
    failure_ = error.what();
  }
  check_recordable();
  ++counts_.recorded;
}

void BlockGraphs::take_step(Entry& entry, const SequenceState& state, const Decoder& decoder,
                            bool soft) {
  const DecodingOptions& options = entry.shape.options;
  const PassPlan plan = plan_pass(state, options, decoder);
  auto known = std::ranges::find_if(
      entry.steps, [&](const Step& step) { return step.plan == plan && step.soft == soft; });
  if (known == entry.steps.end()) known = entry.steps.insert(known, {plan, soft, {}, nullptr});
  if (known->recorded == nullptr) {
    const PredictionRequest request = request_of(plan, state, options, decoder);
    const kernels::DenoiseStep step =
        step_of(entry.sequence, state, request, rule_of(options, decoder, model_));
    const model::PackedInput input =
        entry.sequence.input(plan.computed.begin, rows_of(plan, options, entry.cache), soft);
    const auto enqueue_step = [this, input, request, step] {
      enqueue(model_, input, request, step);
    };
    if (!known->warm_threads.contains(std::this_thread::get_id())) {
      enqueue_step();
      known->warm_threads.insert(std::this_thread::get_id());
      ++counts_.evaluated;
      return;
    }
    record(*known, enqueue_step);
  }
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
  const std::int64_t most = max_passes(options) / options.blocks();
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
