// Every denoising step made visible; costs nothing when nobody looks.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include "engine/decoding/decoder.h"
#include "engine/decoding/sequence_state.h"

namespace evotoken::decoding {

/// One step as it ended. The references live until on_step returns.
struct StepView {
  std::int64_t block_begin = 0;  ///< of the step's block, from the first prompt token
  std::int64_t step = 0;         ///< forward passes of this sequence before this one
  const SequenceState& state;    ///< after the step, before the next block begins
  const StepChange& change;
};

class TraceSink {
 public:
  virtual ~TraceSink() = default;
  /// Called after every step on the thread that decodes; of several sequences on several threads at
  /// once where they share a sink. What it throws ends that sequence.
  virtual void on_step(const StepView& view) = 0;
};

/// The step in the form of the golden files' `steps_trace`: positions count from the first
/// generated token, soft rows from the block's begin on.
nlohmann::ordered_json to_json(const StepView& view);

}  // namespace evotoken::decoding
