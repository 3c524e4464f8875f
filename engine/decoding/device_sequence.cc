#include "engine/decoding/device_sequence.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "engine/decoding/prediction_buffer.h"
#include "engine/model/device.h"

namespace evotoken::decoding {
namespace {

/// Values of `from` in the place of `to`, which has as many of type To.
template <typename To, typename From>
void fill(const at::Tensor& to, const std::vector<From>& from) {
  std::ranges::copy(from, to.mutable_data_ptr<To>());
}

template <typename To, typename From>
void read(std::vector<To>& to, const at::Tensor& from) {
  const From* const values = from.const_data_ptr<From>();
  to.assign(values, values + from.numel());
}

}  // namespace

DeviceSequence::DeviceSequence(std::int64_t length, std::int64_t mixed, at::ScalarType dtype,
                               c10::Device device)
    : length_(length), mixed_(mixed), dtype_(dtype) {
  const auto bytes = at::TensorOptions().dtype(at::kByte);
  device_ = parts_of(at::empty({byte_count()}, bytes.device(device)));
  host_ = parts_of(at::zeros({byte_count()}, bytes.pinned_memory(device.is_cuda())));
}

/// Parts of 8-byte numbers in front, so that all are aligned.
DeviceSequence::Parts DeviceSequence::parts_of(const at::Tensor& bytes) const {
  std::int64_t begin = 0;
  const auto part = [&](at::IntArrayRef sizes, at::ScalarType type) {
    const std::int64_t count = c10::multiply_integers(sizes);
    const auto size = count * static_cast<std::int64_t>(c10::elementSize(type));
    begin += size;
    return bytes.narrow(0, begin - size, size).view(type).view(sizes);
  };
  Parts parts;
  parts.bytes = bytes;
  parts.progress = part({sizeof(kernels::DenoisingProgress)}, at::kByte);
  parts.confidence = part({length_}, at::kDouble);
  parts.tokens = part({length_}, at::kLong);
  parts.soft_ids = part({length_, mixed_}, at::kLong);
  parts.soft_weights = part({length_, mixed_}, dtype_);
  return parts;
}

std::int64_t DeviceSequence::byte_count() const {
  static_assert(sizeof(kernels::DenoisingProgress) % 8 == 0);
  const auto per_entry = static_cast<std::int64_t>(8 + c10::elementSize(dtype_));
  return static_cast<std::int64_t>(sizeof(kernels::DenoisingProgress)) +
         length_ * (16 + mixed_ * per_entry);
}

void DeviceSequence::give(const SequenceState& state, std::uint64_t random_key) {
  auto& progress = *static_cast<kernels::DenoisingProgress*>(host_.progress.mutable_data_ptr());
  progress = {};
  progress.random_key = random_key;
  progress.nfe = static_cast<std::uint32_t>(state.nfe);
  progress.step_in_block = static_cast<std::int32_t>(state.step_in_block);
  progress.revised_tokens = static_cast<std::int32_t>(state.revised_tokens);
  fill<double>(host_.confidence, state.confidence);
  fill<std::int64_t>(host_.tokens, state.tokens);
  if (!state.soft.absent()) {
    fill<std::int64_t>(host_.soft_ids, state.soft.ids);
    const at::Tensor weights = at::empty(host_.soft_weights.sizes(), at::kDouble);
    fill<double>(weights, state.soft.weights);
    host_.soft_weights.copy_(weights);
  }
  device_.bytes.copy_(host_.bytes, /*non_blocking=*/true);
}

void DeviceSequence::fetch(const at::Tensor& to, const at::Tensor& from) const {
  to.copy_(from, /*non_blocking=*/true);
  if (from.is_cuda()) model::synchronize(from.device());
}

const kernels::DenoisingProgress& DeviceSequence::progress() const {
  return *static_cast<const kernels::DenoisingProgress*>(host_.progress.const_data_ptr());
}

bool DeviceSequence::block_is_over() {
  fetch(host_.progress, device_.progress);
  // After logits that are not numbers no step does anything.
  return progress().block_is_over != 0 || progress().unusable_position >= 0;
}

void DeviceSequence::take(SequenceState& state) {
  fetch(host_.bytes, device_.bytes);
  const kernels::DenoisingProgress& now = progress();
  if (now.unusable_position >= 0) refuse_logits(now.nfe, now.unusable_position);
  state.nfe = now.nfe;
  state.step_in_block = now.step_in_block;
  state.revised_tokens = now.revised_tokens;
  read<TokenId, std::int64_t>(state.tokens, host_.tokens);
  read<double, double>(state.confidence, host_.confidence);
  if (mixed_ == 0) return;
  state.soft.per_position = mixed_;
  read<TokenId, std::int64_t>(state.soft.ids, host_.soft_ids);
  read<double, double>(state.soft.weights, host_.soft_weights.to(at::kDouble));
}

model::PackedInput DeviceSequence::input(std::int64_t begin, const model::SequenceRows& rows,
                                         bool soft) const {
  const auto part = [&](const at::Tensor& of_all) { return of_all.narrow(0, begin, rows.length); };
  return soft ? model::PackedInput::soft(part(device_.soft_ids), part(device_.soft_weights), {rows})
              : model::PackedInput::hard(part(device_.tokens), {rows});
}

kernels::DenoiseStep DeviceSequence::step() const {
  kernels::DenoiseStep step;
  step.tokens = device_.tokens.mutable_data_ptr<std::int64_t>();
  step.confidence = device_.confidence.mutable_data_ptr<double>();
  step.soft_ids = mixed_ > 0 ? device_.soft_ids.mutable_data_ptr<std::int64_t>() : nullptr;
  step.soft_weights = mixed_ > 0 ? device_.soft_weights.mutable_data_ptr() : nullptr;
  step.type = logit_type(dtype_);
  step.progress = static_cast<kernels::DenoisingProgress*>(device_.progress.mutable_data_ptr());
  return step;
}

}  // namespace evotoken::decoding
