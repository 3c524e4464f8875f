#include "engine/model/device_input.h"

#include <ATen/ATen.h>

namespace evotoken::model {
namespace {

/// Token ids and, for soft tokens, their weights.
struct Tokens {
  at::Tensor ids;
  at::Tensor weights;
};

Tokens tokens_of(const PackedInput& input) {
  return input.ids.defined() ? Tokens{input.ids, {}} : Tokens{input.soft_ids, input.soft_weights};
}

std::int64_t byte_count(const Tokens& tokens) {
  const auto weights = tokens.weights.defined() ? tokens.weights.nbytes() : 0;
  return static_cast<std::int64_t>(tokens.ids.nbytes() + weights);
}

/// Tokens of the shapes and types of `like` in `bytes`: the ids first, 8 bytes each, so that what
/// follows is aligned as well.
Tokens views(const at::Tensor& bytes, const Tokens& like) {
  const auto view = [&](std::int64_t begin, const at::Tensor& shaped) {
    return bytes.narrow(0, begin, static_cast<std::int64_t>(shaped.nbytes()))
        .view(shaped.scalar_type())
        .view(shaped.sizes());
  };
  Tokens tokens{view(0, like.ids), {}};
  if (like.weights.defined()) {
    tokens.weights = view(static_cast<std::int64_t>(like.ids.nbytes()), like.weights);
  }
  return tokens;
}

}  // namespace

PackedInput copy_to(c10::Device device, const PackedInput& input) {
  const Tokens tokens = tokens_of(input);
  const at::TensorOptions bytes = at::TensorOptions().dtype(at::kByte);
  const bool page_locked = device.is_cuda() && tokens.ids.is_cpu();
  at::Tensor stretch = at::empty({byte_count(tokens)}, bytes.pinned_memory(page_locked));
  const Tokens gathered = views(stretch, tokens);
  gathered.ids.copy_(tokens.ids);
  if (tokens.weights.defined()) gathered.weights.copy_(tokens.weights);
  stretch = stretch.to(device, at::kByte, /*non_blocking=*/page_locked);
  const Tokens there = views(stretch, tokens);
  PackedInput copied = input;
  (input.ids.defined() ? copied.ids : copied.soft_ids) = there.ids;
  copied.soft_weights = there.weights;
  return copied;
}

PackedInput on_device(const PackedInput& input, c10::Device device) {
  return tokens_of(input).ids.device() == device ? input : copy_to(device, input);
}

}  // namespace evotoken::model
