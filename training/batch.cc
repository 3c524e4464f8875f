#include "training/batch.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

namespace evotoken::training {

const Example& BatchSource::example(std::int64_t position) const {
  const auto count = static_cast<std::int64_t>(examples_.size());
  const std::int64_t epoch = position / count;
  if (epoch != epoch_) {
    Draw draw(options_.seed, Stream::kOrder, static_cast<std::uint64_t>(epoch));
    order_ = draw.permutation(count);
    if (options_.group_by_length) group_by_length(draw);
    epoch_ = epoch;
  }
  const std::int64_t index = order_[static_cast<std::size_t>(position % count)];
  return examples_[static_cast<std::size_t>(index)];
}

void BatchSource::group_by_length(Draw& draw) const {
  constexpr std::int64_t kBatches = 50;  // as Hugging Face's LengthGroupedSampler has it
  const auto count = static_cast<std::int64_t>(order_.size());
  const std::int64_t stretch = kBatches * options_.batch_size;
  const auto length = [&](std::int64_t index) {
    return examples_[static_cast<std::size_t>(index)].length();
  };
  std::vector<std::int64_t> grouped;
  for (std::int64_t begin = 0; begin < count; begin += stretch) {
    const auto first = order_.begin() + begin;
    const auto last = order_.begin() + std::min(count, begin + stretch);
    std::stable_sort(first, last, [&](auto a, auto b) { return length(a) < length(b); });
    // The batches of a stretch in random order, or training would go from short to long.
    const std::int64_t batches = (last - first) / options_.batch_size;
    for (const std::int64_t batch : draw.permutation(batches)) {
      const auto from = first + batch * options_.batch_size;
      grouped.insert(grouped.end(), from, from + options_.batch_size);
    }
    grouped.insert(grouped.end(), first + batches * options_.batch_size, last);
  }
  order_ = std::move(grouped);
}

Batch BatchSource::batch(std::int64_t number, double extra_pad_probability, Draw& draw) const {
  Batch batch;
  std::vector<const Example*>& members = batch.examples;
  std::int64_t length = 0;
  for (std::int64_t i = 0; i < options_.batch_size; ++i) {
    members.push_back(&example(number * options_.batch_size + i));
    length = std::max(length, members.back()->length());
  }
  if (draw.uniform() < extra_pad_probability) length += draw.between(1, 10);

  batch.tokens = at::full({options_.batch_size, length}, options_.pad_token, at::kLong);
  for (std::int64_t i = 0; i < options_.batch_size; ++i) {
    const Example& member = *members[static_cast<std::size_t>(i)];
    auto* const row = batch.tokens.mutable_data_ptr<std::int64_t>() + i * length;
    std::copy(member.tokens.begin(), member.tokens.end(), row);
    batch.prompt_lengths.push_back(member.prompt_length);
  }
  return batch;
}

}  // namespace evotoken::training
