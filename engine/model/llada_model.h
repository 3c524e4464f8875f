// LLaDA: a bidirectional transformer that predicts every position from all positions.
// Source: spec model.md, "Forward"; ML-GSAI/LLaDA modeling_llada.py.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/model/attention.h"
#include "engine/model/linear.h"
#include "engine/model/packed_input.h"
#include "engine/model/rotary.h"
#include "engine/weights/model_config.h"

namespace evotoken::model {

/// The weights of one transformer layer. Shapes: spec model.md, "Tensors".
struct Layer {
  at::Tensor attn_norm;  ///< [d_model]
  Linear q_proj;
  Linear k_proj;
  Linear v_proj;
  Linear attn_out;
  at::Tensor ff_norm;  ///< [d_model]
  Linear ff_proj;      ///< gate
  Linear up_proj;
  Linear ff_out;

  std::array<Linear*, 7> matrices();
};

struct ModelWeights {
  at::Tensor embedding;  ///< [vocab_size, d_model]
  std::vector<Layer> layers;
  at::Tensor final_norm;  ///< [d_model]
  Linear head;            ///< [vocab_size, d_model]; the embedding itself where weights are tied
  Quantization quantization = Quantization::kNone;  ///< of the layers' matrices
};

/// Immutable once made; forward passes may run on several threads at once. Copies share the
/// weights. Records gradients when the caller's thread does (training), none under
/// c10::InferenceMode.
class LladaModel {
 public:
  LladaModel(weights::ModelConfig config, ModelWeights weights);

  const weights::ModelConfig& config() const { return config_; }
  const ModelWeights& weights() const { return weights_; }
  at::ScalarType dtype() const { return weights_.embedding.scalar_type(); }
  at::Device device() const { return weights_.embedding.device(); }
  /// What numbers the passes are made of, e.g. "bfloat16" or "float32+int8".
  std::string number_format() const;

  /// Logits [wanted rows, vocab_size] in the model's dtype: for each sequence of the pack, in
  /// order, its wanted rows. The last layer and the head are evaluated for these rows only. Rows
  /// are matrix rows of one GEMM, so with several sequences in a pack the last bits of a sequence's
  /// logits may depend on its neighbours; a pack of one sequence never does. Throws
  /// std::invalid_argument for an input that does not fit (see PackedInput::check).
  at::Tensor forward(const PackedInput& input) const { return weights_.head(hidden(input)); }

  /// What the head reads: forward() without it, [wanted rows, d_model]. A caller that has no use
  /// for whole rows of logits evaluates the head by parts.
  at::Tensor hidden(const PackedInput& input) const { return hidden(input, nullptr); }

  /// A transformer layer as a function of the hidden state [rows, d_model].
  using LayerFunction = std::function<at::Tensor(const at::Tensor& hidden)>;
  /// Evaluates a layer; training computes it again in the backward pass instead of keeping what is
  /// inside. The function may be kept as long as the model lives.
  using LayerRunner =
      std::function<at::Tensor(const LayerFunction& layer, const at::Tensor& hidden)>;
  at::Tensor forward(const PackedInput& input, const LayerRunner& run_through) const {
    return weights_.head(hidden(input, run_through));
  }

  /// Embeddings [rows, d_model]: E[id], or Σ_j w̄_j E[id_j] with w̄ = max(w, 0) / max(Σ max(w, 0),
  /// 1e-12) in the model's dtype (spec: decoding.md, step 1).
  at::Tensor embed(const PackedInput& input) const;

 private:
  struct Rotation;
  at::Tensor hidden(const PackedInput& input, const LayerRunner& run_through) const;
  at::Tensor run_layer(std::size_t number, const at::Tensor& hidden, const PackedInput& input,
                       const Rotation& rotation, QueryRows rows) const;

  weights::ModelConfig config_;
  ModelWeights weights_;
  RotaryTable rotary_;
};

}  // namespace evotoken::model
