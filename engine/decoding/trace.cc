#include "engine/decoding/trace.h"

namespace evotoken::decoding {
namespace {

template <typename T>
nlohmann::ordered_json generated_part(const std::vector<T>& values, std::int64_t prompt_length) {
  return std::vector<T>(values.begin() + prompt_length, values.end());
}

nlohmann::ordered_json from_generation_start(const std::vector<std::int64_t>& positions,
                                             std::int64_t prompt_length) {
  nlohmann::ordered_json shifted = nlohmann::ordered_json::array();
  for (const std::int64_t p : positions) shifted.push_back(p - prompt_length);
  return shifted;
}

/// [L, K+1] from row `first` on, as an array of rows.
template <typename T>
nlohmann::ordered_json soft_rows(const std::vector<T>& values, std::int64_t per_position,
                                 std::int64_t first) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (auto begin = values.begin() + first * per_position; begin != values.end();
       begin += per_position) {
    rows.push_back(std::vector<T>(begin, begin + per_position));
  }
  return rows;
}

}  // namespace

nlohmann::ordered_json to_json(const StepView& view) {
  const SequenceState& state = view.state;
  nlohmann::ordered_json json = {
      {"step", view.step},
      {"block_start", view.block_begin - state.prompt_length},
      {"chosen", from_generation_start(view.change.chosen, state.prompt_length)},
      {"revised", from_generation_start(view.change.revised, state.prompt_length)},
      {"x", generated_part(state.tokens, state.prompt_length)},
      {"confidence", generated_part(state.confidence, state.prompt_length)},
  };
  if (!state.soft.absent()) {
    json["soft_ids"] = soft_rows(state.soft.ids, state.soft.per_position, view.block_begin);
    json["soft_weights"] = soft_rows(state.soft.weights, state.soft.per_position, view.block_begin);
  }
  return json;
}

}  // namespace evotoken::decoding
