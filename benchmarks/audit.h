// The proof, on the user's own machine, that a sample's tokens do not depend on its neighbours.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/decoding/generate.h"

namespace evotoken::benchmarks {

struct AuditOptions {
  std::int64_t samples = 16;
  std::int64_t rounds = 4;  ///< each in a random order, cut into random batches
  std::uint64_t seed = 0;   ///< of prompts, orders and batch sizes
  bool packed = false;      ///< one forward pass per batch, which promises nothing
};

struct AuditResult {
  std::int64_t comparisons = 0;          ///< samples decoded again in a batch
  std::vector<std::string> differences;  ///< sample, its batch and the first position that differs
};

/// Decodes random prompts of different lengths one by one, then again and again in batches.
/// Throws DeviceError when a sample fails.
AuditResult audit_batches(const model::LladaModel& model, const decoding::DecodingOptions& options,
                          const AuditOptions& audit);

}  // namespace evotoken::benchmarks
