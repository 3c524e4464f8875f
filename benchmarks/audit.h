// The proof, on the user's own machine, that a sample's tokens do not depend on its neighbours.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/decoding/generate.h"

namespace evotoken::benchmarks {

struct AuditOptions {
  std::int64_t samples = 16;
  std::int64_t rounds = 4;                  ///< each in a random order, cut into random batches
  std::uint64_t seed = 0;                   ///< of prompts, orders and batch sizes
  bool packed = false;                      ///< one forward pass per batch, which promises nothing
  decoding::BlockGraphs* graphs = nullptr;  ///< batches by recorded steps, single samples without
};

struct AuditResult {
  std::int64_t comparisons = 0;          ///< samples decoded again in a batch
  std::vector<std::string> differences;  ///< sample, its batch and the first position that differs
};

/// Decodes samples that are in flight together: their tokens by sample id.
using Outputs = std::map<std::string, std::vector<TokenId>>;
using DecodeTogether = std::function<Outputs(std::span<const decoding::GenerationRequest> requests,
                                             const decoding::BatchOptions& batch)>;

/// Decodes random prompts of different lengths, of the tokens [0, `tokens`), one by one, then again
/// and again in batches.
AuditResult audit_batches(const DecodeTogether& decode, std::int64_t tokens,
                          const AuditOptions& audit);

/// The same of what generate() makes with `model`. Throws DeviceError when a sample fails.
AuditResult audit_batches(const model::LladaModel& model, const decoding::DecodingOptions& options,
                          const AuditOptions& audit);

}  // namespace evotoken::benchmarks
