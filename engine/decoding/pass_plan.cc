#include "engine/decoding/pass_plan.h"

namespace evotoken::decoding {
namespace {

Window computed_rows(const SequenceState& state, const DecodingOptions& options) {
  const bool refresh =
      options.cache_refresh > 0 && state.step_in_block % options.cache_refresh == 0;
  if (options.cache == Cache::kNone || state.step_in_block == 0 || refresh) {
    return {0, state.length()};
  }
  return {state.block_begin(), options.cache == Cache::kDual ? state.block_end() : state.length()};
}

}  // namespace

PassPlan plan_pass(const SequenceState& state, const DecodingOptions& options,
                   const Decoder& decoder) {
  const Window computed = computed_rows(state, options);
  // Soft tokens evolve in all rows from the block on; hard ones only within it.
  Window predicted = {state.block_begin(), decoder.soft_input() ? computed.end : state.block_end()};
  // Where a method left masks in earlier blocks they are candidates still.
  if (options.cache == Cache::kNone) predicted.begin = state.first_candidate;
  return {computed, predicted};
}

model::SequenceRows rows_of(const PassPlan& plan, const DecodingOptions& options,
                            model::KeyValueCache& cache) {
  model::SequenceRows rows = {plan.computed.size(), plan.predicted.begin - plan.computed.begin,
                              plan.computed.end - plan.predicted.end};
  if (options.cache != Cache::kNone) {
    rows.cache = &cache;
    rows.first_position = plan.computed.begin;
  }
  return rows;
}

PredictionRequest request_of(const PassPlan& plan, const SequenceState& state,
                             const DecodingOptions& options, const Decoder& decoder) {
  PredictionRequest request = PredictionRequest::of(plan.predicted.begin, plan.predicted.end);
  request.candidate_rows = state.block_end() - plan.predicted.begin;
  request.step = state.nfe;
  request.mask_id = state.mask_id;
  request.ban_mask = decoder.bans_mask();
  request.temperature = options.temperature;
  request.top_k = decoder.top_k(options);
  return request;
}

}  // namespace evotoken::decoding
