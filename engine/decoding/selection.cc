#include "engine/decoding/selection.h"

#include <algorithm>

#include "engine/decoding/block_schedule.h"

namespace evotoken::decoding {
namespace {

/// How many of the candidates, sorted by falling confidence, are fixed.
std::size_t count_accepted(std::span<const Candidate> sorted, std::int64_t count,
                           const DecodingOptions& options) {
  if (!by_confidence(options)) return std::min(sorted.size(), static_cast<std::size_t>(count));
  std::size_t accepted = sorted.empty() ? 0 : 1;
  while (accepted < sorted.size()) {
    const double n = static_cast<double>(accepted + 1);
    const double needed = options.threshold ? *options.threshold : 1 - *options.factor / (n + 1);
    if (sorted[accepted].confidence < needed) break;
    ++accepted;
  }
  return accepted;
}

}  // namespace

std::vector<std::int64_t> select_positions(std::span<const Candidate> candidates,
                                           std::int64_t count, const DecodingOptions& options) {
  std::vector<Candidate> sorted(candidates.begin(), candidates.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const Candidate& a, const Candidate& b) {
    return a.confidence > b.confidence;
  });
  std::vector<std::int64_t> positions;
  const std::size_t accepted = count_accepted(sorted, count, options);
  for (std::size_t i = 0; i < accepted; ++i) {
    positions.push_back(sorted[i].position);
  }
  std::sort(positions.begin(), positions.end());
  return positions;
}

std::vector<std::int64_t> fix_best(SequenceState& state, const Predictions& predictions,
                                   const DecodingOptions& options, const Score& score) {
  std::vector<Candidate> candidates;
  for (const std::int64_t p : state.masked_positions(predictions.first_position())) {
    candidates.push_back({p, score(predictions.row(p))});
  }
  const std::int64_t count =
      positions_to_fix(options.block_length, options.steps_per_block(), state.step_in_block);
  const std::vector<std::int64_t> chosen = select_positions(candidates, count, options);
  for (const std::int64_t p : chosen) {
    state.tokens[SequenceState::at(p)] = predictions.candidate[predictions.row(p)];
    state.confidence[SequenceState::at(p)] = predictions.confidence[predictions.row(p)];
  }
  return chosen;
}

std::vector<std::int64_t> fix_most_confident(SequenceState& state, const Predictions& predictions,
                                             const DecodingOptions& options) {
  return fix_best(state, predictions, options,
                  [&](std::size_t row) { return predictions.confidence[row]; });
}

}  // namespace evotoken::decoding
