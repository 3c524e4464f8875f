#include "engine/model/llada_model.h"

#include <ATen/ATen.h>

#include <optional>
#include <utility>

#include "base/profile.h"
#include "engine/model/device.h"
#include "engine/model/device_input.h"
#include "engine/model/layer_ops.h"

namespace evotoken::model {
namespace {

/// Of x [rows, …], the wanted rows of every sequence, packed.
at::Tensor wanted_rows(const at::Tensor& x, const std::vector<SequenceRows>& sequences) {
  std::vector<at::Tensor> parts;
  std::int64_t begin = 0;
  for (const SequenceRows& sequence : sequences) {
    parts.push_back(x.narrow(0, begin + sequence.wanted_begin, sequence.wanted()));
    begin += sequence.length;
  }
  return parts.size() == 1 ? parts[0] : at::cat(parts, 0);
}

/// Of a table [positions, …], the rows of every sequence's own positions, packed.
at::Tensor position_rows(const at::Tensor& table, const PackedInput& input) {
  std::vector<at::Tensor> parts;
  for (const SequenceRows& sequence : input.sequences)
    parts.push_back(table.narrow(0, sequence.first_position, sequence.length));
  return parts.size() == 1 ? parts[0] : at::cat(parts, 0);
}

}  // namespace

/// cos and sin of all rows of a pack, [rows, head_dim] each.
struct LladaModel::Rotation {
  at::Tensor cos;
  at::Tensor sin;
};

std::array<Linear*, 7> Layer::matrices() {
  return {&q_proj, &k_proj, &v_proj, &attn_out, &ff_proj, &up_proj, &ff_out};
}

LladaModel::LladaModel(weights::ModelConfig config, ModelWeights weights)
    : config_(config),
      weights_(std::move(weights)),
      rotary_(RotaryTable::make(config_.max_sequence_length, config_.head_dim(), config_.rope_theta,
                                weights_.embedding.device())) {}

std::string LladaModel::number_format() const {
  const std::string dtype_text = dtype_name(dtype());
  if (weights_.quantization == Quantization::kNone) return dtype_text;
  return dtype_text + "+" + choice_name(weights_.quantization);
}

at::Tensor LladaModel::embed(const PackedInput& input) const {
  const ProfiledStage stage("embedding");
  if (input.ids.defined()) return weights_.embedding.index_select(0, input.ids);
  const at::Tensor positive = input.soft_weights.to(dtype()).clamp_min(0);
  const at::Tensor weights = positive / positive.sum(-1, /*keepdim=*/true).clamp_min(1e-12);
  const std::int64_t mixed = input.soft_ids.size(1);
  const at::Tensor rows = weights_.embedding.index_select(0, input.soft_ids.flatten())
                              .view({-1, mixed, config_.d_model});  // [rows, K+1, d_model]
  return (rows * weights.unsqueeze(-1)).sum(1);
}

at::Tensor LladaModel::run_layer(std::size_t number, const at::Tensor& hidden,
                                 const PackedInput& input, const Rotation& rotation,
                                 QueryRows rows) const {
  const Layer& layer = weights_.layers[number];
  const auto& sequences = input.sequences;
  const bool all = rows == QueryRows::kAll;
  const auto kept = [&](const at::Tensor& x) { return all ? x : wanted_rows(x, sequences); };
  const auto heads = [&](const at::Tensor& x) {
    return x.view({x.size(0), -1, config_.head_dim()});
  };

  // h += attn_out(attention(attn_norm(h)))
  std::optional<ProfiledStage> stage("attention");
  const at::Tensor z = rms_norm(hidden, layer.attn_norm, config_.rms_norm_eps);  // [rows, d]
  const at::Tensor q = rotate(heads(layer.q_proj(kept(z))), kept(rotation.cos), kept(rotation.sin),
                              config_.rope_full_precision);
  const at::Tensor k =
      rotate(heads(layer.k_proj(z)), rotation.cos, rotation.sin, config_.rope_full_precision);
  const at::Tensor v = heads(layer.v_proj(z));
  const at::Tensor attended =
      input.attend_together ? attend_together(q, k, v, static_cast<std::int64_t>(sequences.size()))
                            : attend(q, k, v, sequences, rows, number);
  const at::Tensor h = kept(hidden) + layer.attn_out(attended);
  stage.reset();

  // h += ff_out(silu(ff_proj(ff_norm(h))) * up_proj(ff_norm(h)))
  stage.emplace("mlp");
  const at::Tensor y = rms_norm(h, layer.ff_norm, config_.rms_norm_eps);
  return h + layer.ff_out(gated_silu(layer.ff_proj(y), layer.up_proj(y)));
}

at::Tensor LladaModel::hidden(const PackedInput& given, const LayerRunner& run_through) const {
  given.check(config_.vocab_size, config_.max_sequence_length);
  const PackedInput input = on_device(given, device());
  const Rotation rotation{position_rows(rotary_.cos, input), position_rows(rotary_.sin, input)};
  at::Tensor hidden = embed(input);
  for (std::size_t i = 0; i < weights_.layers.size(); ++i) {
    // Nothing reads the other rows of the last layer.
    const bool last = i + 1 == weights_.layers.size();
    const auto layer = [=, this](const at::Tensor& h) {
      return run_layer(i, h, input, rotation, last ? QueryRows::kWanted : QueryRows::kAll);
    };
    hidden = run_through ? run_through(layer, hidden) : layer(hidden);
  }
  return rms_norm(hidden, weights_.final_norm, config_.rms_norm_eps);
}

}  // namespace evotoken::model
