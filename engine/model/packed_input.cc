#include "engine/model/packed_input.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

namespace evotoken::model {

PackedInput PackedInput::hard(at::Tensor ids, std::vector<SequenceRows> sequences) {
  PackedInput input;
  input.ids = std::move(ids);
  input.sequences = std::move(sequences);
  return input;
}

PackedInput PackedInput::soft(at::Tensor soft_ids, at::Tensor soft_weights,
                              std::vector<SequenceRows> sequences) {
  PackedInput input;
  input.soft_ids = std::move(soft_ids);
  input.soft_weights = std::move(soft_weights);
  input.sequences = std::move(sequences);
  return input;
}

void PackedInput::check(std::int64_t vocab_size, std::int64_t max_length) const {
  const auto demand = [](bool holds, const std::string& what) {
    if (!holds) throw std::invalid_argument("packed input: " + what);
  };
  demand(ids.defined() != soft_ids.defined(), "expected either hard or soft tokens");
  const at::Tensor& tokens = ids.defined() ? ids : soft_ids;
  demand(tokens.scalar_type() == at::kLong, "token ids must be int64");
  demand(tokens.dim() == (ids.defined() ? 1 : 2), "token ids must be [rows] or [rows, K+1]");
  if (soft_ids.defined()) {
    demand(soft_weights.defined() && soft_weights.sizes() == soft_ids.sizes(),
           "soft weights must have the shape of the soft ids");
  }
  std::int64_t total = 0;
  std::set<const KeyValueCache*> caches;
  for (const SequenceRows& sequence : sequences) {
    demand(sequence.length > 0 && sequence.wanted_begin >= 0 && sequence.unwanted_tail >= 0 &&
               sequence.wanted() >= 0,
           fmt::format("sequence of {} rows, wanted from {} on but for the last {}",
                       sequence.length, sequence.wanted_begin, sequence.unwanted_tail));
    const std::int64_t end = sequence.first_position + sequence.length;
    demand(sequence.first_position >= 0 && end <= max_length,
           fmt::format("sequence of {} tokens, the model takes at most {}", end, max_length));
    if (sequence.cache == nullptr) {
      demand(sequence.first_position == 0, "rows of a sequence without its beginning or a cache");
    } else {
      demand(!attend_together && caches.insert(sequence.cache).second,
             "a cache is of one sequence");
      demand(sequence.cache->takes(sequence.first_position, sequence.length),
             fmt::format("positions from {} to {} of a cache of {}", sequence.first_position, end,
                         sequence.cache->length()));
    }
    total += sequence.length;
  }
  const auto same_rows = [&](const SequenceRows& sequence) {
    return sequence.length == sequences.front().length &&
           sequence.wanted_begin == sequences.front().wanted_begin &&
           sequence.unwanted_tail == sequences.front().unwanted_tail;
  };
  demand(!attend_together || std::all_of(sequences.begin(), sequences.end(), same_rows),
         "sequences attended together must be alike");
  demand(total == rows(), fmt::format("{} rows, but the sequences sum to {}", rows(), total));
  // Reading back from a GPU would stall it; there the gather itself traps a bad id.
  if (tokens.is_cpu() && tokens.numel() > 0) {
    const std::int64_t low = tokens.min().item<std::int64_t>();
    const std::int64_t high = tokens.max().item<std::int64_t>();
    demand(low >= 0 && high < vocab_size,
           fmt::format("token ids from {} to {}, expected 0 to {}", low, high, vocab_size - 1));
  }
}

}  // namespace evotoken::model
