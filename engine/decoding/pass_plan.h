// What the next forward pass of a sequence computes, and what is read of it (spec: decoding.md,
// "Which rows matter" and "Relatives": caches).
#pragma once

#include <cstdint>

#include "engine/decoding/decoder.h"
#include "engine/decoding/options.h"
#include "engine/decoding/predictor.h"
#include "engine/decoding/sequence_state.h"
#include "engine/model/packed_input.h"

namespace evotoken::decoding {

/// Positions [begin, end).
struct Window {
  std::int64_t begin = 0;
  std::int64_t end = 0;

  std::int64_t size() const { return end - begin; }
  bool operator==(const Window& other) const = default;
};

struct PassPlan {
  Window computed;   ///< rows of the pass; with a cache not all of them
  Window predicted;  ///< of them: whose logits it must give

  bool operator==(const PassPlan& other) const = default;
};

/// For the next step of `state`. `decoder`: of `options`.
PassPlan plan_pass(const SequenceState& state, const DecodingOptions& options,
                   const Decoder& decoder);

/// The rows of `plan` as a pack's. `cache`: where the options want one.
model::SequenceRows rows_of(const PassPlan& plan, const DecodingOptions& options,
                            model::KeyValueCache& cache);

/// What is to be predicted from all rows that the pass gives.
PredictionRequest request_of(const PassPlan& plan, const SequenceState& state,
                             const DecodingOptions& options, const Decoder& decoder);

}  // namespace evotoken::decoding
