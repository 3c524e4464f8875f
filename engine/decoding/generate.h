// Many samples through one model, several of them in flight: a slot that falls free takes the next
// sample at once, so that none waits for the slowest of a batch.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/decoding/block_graphs.h"
#include "engine/decoding/denoiser.h"

namespace evotoken::decoding {

struct GenerationRequest {
  std::string sample_id;  ///< keys the random numbers
  std::vector<TokenId> prompt;
};

struct GenerationResult {
  std::vector<TokenId> output;      ///< gen_length tokens; empty when failed
  std::int64_t decoded_tokens = 0;  ///< of them: up to the last block decoded; an early stop fills
                                    ///< the others with end tokens
  std::int64_t nfe = 0;             ///< forward passes of this sample
  std::int64_t revised_tokens = 0;
  double seconds = 0;        ///< from this sample's first step until it was done
  double share_seconds = 0;  ///< its part of that time, which it shared with others in flight
  std::optional<std::string> failure;  ///< why there is no output
};

struct BatchOptions {
  /// Samples in one forward pass share GEMMs: faster on some devices, but the last bits of a
  /// sample's logits then depend on its neighbours. Off: each sample is computed by itself, and its
  /// tokens do not depend on the batch.
  bool packed = false;
  std::int64_t slots = 0;  ///< samples in flight; 0: as many as there are
  /// Where given, steps are recorded and a round is a block of each sample. Of the same model, and
  /// not together with `packed`: a shared pass has another shape nearly every time.
  BlockGraphs* graphs = nullptr;
};

/// Where samples come from and where they go.
struct RequestStream {
  /// The next sample, or nothing when there are no more. Asked whenever a slot is free.
  std::function<std::optional<GenerationRequest>()> next;
  /// Takes the result of the n-th sample that next() gave, from 0, as soon as it is there.
  std::function<void(std::size_t n, GenerationResult result)> done;
};

/// Decodes what `stream` gives, one denoising step (Denoiser::advance) of every sample in flight
/// per round. A sample that fails (prompt too long, logits that are not numbers) has its failure
/// recorded; the others go on. Throws UsageError for options that fit no sample, and what `stream`
/// throws.
void generate(const model::LladaModel& model, const DecodingOptions& options,
              const RequestStream& stream, const BatchOptions& batch);

/// The results of `requests`, in their order.
std::vector<GenerationResult> generate(const model::LladaModel& model,
                                       const DecodingOptions& options,
                                       std::span<const GenerationRequest> requests,
                                       const BatchOptions& batch = {});

}  // namespace evotoken::decoding
