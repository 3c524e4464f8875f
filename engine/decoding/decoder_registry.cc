#include <map>
#include <stdexcept>

#include "base/unknown_name.h"
#include "engine/decoding/block_schedule.h"
#include "engine/decoding/decoder.h"
#include "engine/decoding/selection.h"

namespace evotoken::decoding {
namespace {

std::map<std::string, const Decoder*, std::less<>>& registry() {
  static std::map<std::string, const Decoder*, std::less<>> decoders;
  return decoders;
}

}  // namespace

DecoderRegistration::DecoderRegistration(const Decoder& decoder) {
  if (!registry().emplace(decoder.name(), &decoder).second) {
    throw std::logic_error("decoder registered twice: " + decoder.name());
  }
}

const Decoder& find_decoder(std::string_view name) {
  const auto found = registry().find(name);
  if (found != registry().end()) return *found->second;
  throw unknown_name("--decoder", name, decoder_names());
}

std::vector<std::string> decoder_names() {
  std::vector<std::string> names;
  for (const auto& [name, decoder] : registry()) names.push_back(name);
  return names;
}

std::vector<std::int64_t> fix_most_confident(SequenceState& state, const Predictions& predictions,
                                             const DecodingOptions& options) {
  std::vector<Candidate> candidates;
  for (const std::int64_t p : state.masked_positions(predictions.first_position)) {
    candidates.push_back({p, predictions.confidence[predictions.row(p)]});
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

}  // namespace evotoken::decoding
