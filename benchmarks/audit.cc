#include "benchmarks/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "base/error.h"
#include "base/progress.h"

namespace evotoken::benchmarks {
namespace {

using decoding::GenerationRequest;

/// Prompts of 1 to 96 tokens, no two of them equal.
std::vector<GenerationRequest> random_requests(std::int64_t count, std::int64_t tokens,
                                               std::mt19937_64& random) {
  std::vector<GenerationRequest> requests;
  for (std::int64_t i = 0; i < count; ++i) {
    GenerationRequest request{fmt::format("audit/{}", i), {}};
    request.prompt.resize(1 + random() % 96);
    for (TokenId& token : request.prompt) {
      token = static_cast<TokenId>(random() % static_cast<std::uint64_t>(tokens));
    }
    requests.push_back(std::move(request));
  }
  return requests;
}

Outputs generate_all(const model::LladaModel& model, const decoding::DecodingOptions& options,
                     std::span<const GenerationRequest> batch, const decoding::BatchOptions& how) {
  const auto results = decoding::generate(model, options, batch, how);
  Outputs outputs;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (results[i].failure) {
      throw DeviceError(fmt::format("{}: {}", batch[i].sample_id, *results[i].failure));
    }
    outputs[batch[i].sample_id] = results[i].output;
  }
  return outputs;
}

}  // namespace

AuditResult audit_batches(const DecodeTogether& decode, std::int64_t tokens,
                          const AuditOptions& audit) {
  std::mt19937_64 random(audit.seed);
  auto requests = random_requests(audit.samples, tokens, random);
  Progress progress("audit", audit.samples * (1 + audit.rounds), "samples");
  Outputs alone;
  for (const GenerationRequest& request : requests) {
    alone.merge(decode({&request, 1}, {}));
    progress.advance();
  }
  AuditResult result;
  for (std::int64_t round = 0; round < audit.rounds; ++round) {
    std::ranges::shuffle(requests, random);
    for (std::size_t begin = 0; begin < requests.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 16, requests.size() - begin);
      const std::int64_t slots = 1 + static_cast<std::int64_t>(random() % 8);
      const decoding::BatchOptions how = {
          .packed = audit.packed, .slots = slots, .graphs = audit.graphs};
      const std::span batch = std::span(requests).subspan(begin, size);
      for (const auto& [sample, output] : decode(batch, how)) {
        ++result.comparisons;
        const auto& expected = alone.at(sample);
        const auto differs = std::ranges::mismatch(output, expected);
        if (differs.in1 == output.end()) continue;
        result.differences.push_back(
            fmt::format("{}: among {} samples, {} at a time, token {} of {} differs", sample, size,
                        slots, differs.in1 - output.begin(), output.size()));
      }
      begin += size;
      progress.advance(static_cast<std::int64_t>(size));
    }
  }
  return result;
}

AuditResult audit_batches(const model::LladaModel& model, const decoding::DecodingOptions& options,
                          const AuditOptions& audit) {
  const auto& config = model.config();
  // Below the special tokens, which stand at the end of the vocabulary.
  const std::int64_t tokens = std::min(config.mask_token_id, config.eos_token_id);
  return audit_batches(
      [&](std::span<const GenerationRequest> requests, const decoding::BatchOptions& batch) {
        return generate_all(model, options, requests, batch);
      },
      tokens, audit);
}

}  // namespace evotoken::benchmarks
