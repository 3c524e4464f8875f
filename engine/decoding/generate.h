// Many samples through one model: batches in lock step, workers side by side.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/decoding/denoiser.h"

namespace evotoken::decoding {

struct GenerationRequest {
  std::string sample_id;  ///< keys the random numbers
  std::vector<TokenId> prompt;
};

struct GenerationResult {
  std::vector<TokenId> output;  ///< gen_length tokens; empty when failed
  std::int64_t nfe = 0;         ///< forward passes of this sample
  std::int64_t revised_tokens = 0;
  double seconds = 0;                  ///< from the batch's start until this sample was done
  std::optional<std::string> failure;  ///< why there is no output
};

struct BatchOptions {
  /// Samples in one forward pass share GEMMs: faster on some devices, but the last bits of a
  /// sample's logits then depend on its neighbours. Off: each sample is computed by itself, and its
  /// tokens do not depend on the batch.
  bool packed = false;
};

/// Decodes `requests` in lock step, one forward pass each per round. A sample that fails (prompt
/// too long, logits that are not numbers) has its failure recorded; the others go on. Throws
/// UsageError for options that fit no sample.
std::vector<GenerationResult> generate(const model::LladaModel& model,
                                       const DecodingOptions& options,
                                       std::span<const GenerationRequest> requests,
                                       const BatchOptions& batch = {}, TraceSink* trace = nullptr);

}  // namespace evotoken::decoding
