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

void copy(const Tokens& to, const Tokens& from) {
  to.ids.copy_(from.ids);
  if (from.weights.defined()) to.weights.copy_(from.weights);
}

}  // namespace

DeviceInput::DeviceInput(const PackedInput& like, c10::Device device)
    : bytes_(at::empty({byte_count(tokens_of(like))},
                       at::TensorOptions().dtype(at::kByte).device(device))),
      input_(like) {
  const Tokens tokens = views(bytes_, tokens_of(like));
  if (like.ids.defined()) {
    input_.ids = tokens.ids;
  } else {
    input_.soft_ids = tokens.ids;
    input_.soft_weights = tokens.weights;
  }
}

void DeviceInput::fill(const PackedInput& from) {
  const Tokens tokens = tokens_of(from);
  if (!bytes_.is_cuda() || !tokens.ids.is_cpu()) return copy(tokens_of(input_), tokens);
  const at::Tensor page_locked =
      at::empty(bytes_.sizes(), at::TensorOptions().dtype(at::kByte).pinned_memory(true));
  copy(views(page_locked, tokens_of(input_)), tokens);
  bytes_.copy_(page_locked, /*non_blocking=*/true);
}

PackedInput on_device(const PackedInput& input, c10::Device device) {
  if (tokens_of(input).ids.device() == device) return input;
  DeviceInput placed(input, device);
  placed.fill(input);
  return placed.input();
}

}  // namespace evotoken::model
