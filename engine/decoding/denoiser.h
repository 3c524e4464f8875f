// One sequence on its way from masks to text: forward pass, predictions, step, block by block.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/decoding/decoder.h"
#include "engine/decoding/options.h"
#include "engine/decoding/predictor.h"
#include "engine/decoding/sequence_state.h"
#include "engine/decoding/trace.h"
#include "engine/model/llada_model.h"

namespace evotoken::decoding {

class BlockGraphs;

/// Drives one sequence. Not thread-safe; several may share a model on several threads.
class Denoiser {
 public:
  /// `model` and `trace` (may be null) must outlive this. Throws UsageError for options that do not
  /// fit, or a prompt that leaves no room in the model's sequence length.
  Denoiser(const model::LladaModel& model, const DecodingOptions& options,
           const std::vector<TokenId>& prompt, Randomness randomness, TraceSink* trace = nullptr);

  bool finished() const { return state_.finished(); }
  SequenceState& state() { return state_; }
  const SequenceState& state() const { return state_; }

  /// One denoising step: one forward pass (pass_plan.h) and what follows from it.
  void step() { apply_hidden(model_.hidden(next_input())); }

  /// From a block's begin to its end by recorded steps, where `graphs` is given, the method's steps
  /// can be recorded and nobody wants a trace; else one step.
  void advance(BlockGraphs* graphs);

  /// What step() will ask of its pass. What stands decoded and will not be looked at again is left
  /// out on a CPU, where each row of the head takes its time; on a GPU shapes stay the same.
  PredictionRequest next_request() const;

  /// What the next forward pass reads, on the host, and the rows whose logits it must give. A
  /// caller can run several sequences in one pass and hand each its part of the result.
  model::PackedInput next_input();
  /// The second half of a step, with what the head reads [wanted rows, d_model] of next_input().
  void apply_hidden(at::Tensor hidden);
  /// The same with logits [wanted rows, vocab].
  void apply(const at::Tensor& logits) {
    apply(complete(predict(logits, whole_request(), randomness_)));
  }

  /// x[P:], the generated tokens.
  std::vector<TokenId> output() const;

 private:
  /// Puts `token` behind the current block, which becomes the last one.
  void fill_rest(TokenId token);
  /// For all rows that the pass gives.
  PredictionRequest whole_request() const;
  Predictions complete(Predictions predictions) const;
  void apply(const Predictions& predictions);
  /// Goes on to the next block, or to the end of the sequence.
  void end_block();

  const model::LladaModel& model_;
  const DecodingOptions options_;
  const Decoder& decoder_;
  const Randomness randomness_;
  TraceSink* const trace_;
  SequenceState state_;
  model::KeyValueCache cache_;
};

}  // namespace evotoken::decoding
