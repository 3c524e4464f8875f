// Low-rank adapters in PEFT's layout (adapter_config.json, adapter_model.safetensors).
// Source: spec model.md, "LoRA adapter"; huggingface/peft src/peft/tuners/lora/layer.py.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "engine/weights/model_config.h"

namespace evotoken::weights {

/// The update `scaling · B A` of one linear layer's weight `[out, in]`.
struct LoraUpdate {
  at::Tensor a;          ///< [r, in], float32
  at::Tensor b;          ///< [out, r], float32
  double scaling = 1.0;  ///< lora_alpha / r, or lora_alpha / sqrt(r) with use_rslora
  double dropout = 0.0;  ///< probability by which inputs are dropped; not 0 in training only

  /// `weight + scaling · B A`, computed in float32 and rounded once to the weight's dtype, written
  /// into `weight` itself. For a weight mapped from a file only the touched pages are copied.
  void merge_into(at::Tensor weight) const;
};

struct LoraAdapter {
  std::int64_t r = 0;
  double lora_alpha = 0;
  bool use_rslora = false;
  /// Keyed by the module's path below `model.transformer.`, e.g. "blocks.0.q_proj".
  std::map<std::string, LoraUpdate> updates;
};

/// Reads an adapter for a model of that config onto `device`. Throws WeightsError naming the file,
/// and the field or tensor: for PEFT features that are not implemented (DoRA, biases, per-layer
/// ranks …), for targets that are no linear layers of the model, for missing, unknown and misshapen
/// tensors.
LoraAdapter read_lora_adapter(const std::filesystem::path& folder, const ModelConfig& config,
                              at::Device device);

}  // namespace evotoken::weights
