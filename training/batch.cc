#include "training/batch.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace evotoken::training {

const Example& BatchSource::example(std::int64_t position) const {
  const auto count = static_cast<std::int64_t>(examples_.size());
  const std::int64_t epoch = position / count;
  if (epoch != epoch_) {
    order_ = Draw(seed_, Stream::kOrder, static_cast<std::uint64_t>(epoch)).permutation(count);
    epoch_ = epoch;
  }
  const std::int64_t index = order_[static_cast<std::size_t>(position % count)];
  return examples_[static_cast<std::size_t>(index)];
}

Batch BatchSource::batch(std::int64_t number, double extra_pad_probability, Draw& draw) const {
  Batch batch;
  std::vector<const Example*>& members = batch.examples;
  std::int64_t length = 0;
  for (std::int64_t i = 0; i < batch_size_; ++i) {
    members.push_back(&example(number * batch_size_ + i));
    length = std::max(length, members.back()->length());
  }
  if (draw.uniform() < extra_pad_probability) length += draw.between(1, 10);

  batch.tokens = at::full({batch_size_, length}, pad_token_, at::kLong);
  for (std::int64_t i = 0; i < batch_size_; ++i) {
    const Example& member = *members[static_cast<std::size_t>(i)];
    auto* const row = batch.tokens.mutable_data_ptr<std::int64_t>() + i * length;
    std::copy(member.tokens.begin(), member.tokens.end(), row);
    batch.prompt_lengths.push_back(member.prompt_length);
  }
  return batch;
}

}  // namespace evotoken::training
