// config.json of a LLaDA checkpoint: what the engine needs of it, and a refusal of what it lacks.
// Source: spec model.md; ML-GSAI/LLaDA configuration_llada.py.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace evotoken::weights {

struct ModelConfig {
  std::int64_t d_model = 0;  ///< width of the residual stream
  std::int64_t n_layers = 0;
  std::int64_t n_heads = 0;     ///< query heads
  std::int64_t n_kv_heads = 0;  ///< key/value heads, divides n_heads
  std::int64_t mlp_hidden_size = 0;
  std::int64_t vocab_size = 0;  ///< rows of embedding and LM head (`embedding_size`)
  std::int64_t max_sequence_length = 0;
  double rms_norm_eps = 1e-5;
  double rope_theta = 10000.0;
  bool rope_full_precision = true;  ///< rotate in float32, else in the model's dtype
  bool weight_tying = false;        ///< LM head = embedding
  std::int64_t mask_token_id = 0;
  std::int64_t eos_token_id = 0;
  std::int64_t pad_token_id = 0;

  std::int64_t head_dim() const { return d_model / n_heads; }
  std::int64_t kv_dim() const { return n_kv_heads * head_dim(); }
};

/// Reads `model_dir`/config.json. Throws WeightsError naming file, field, the value found and what
/// is supported, for missing fields as for architectures that the engine does not implement.
ModelConfig read_model_config(const std::filesystem::path& model_dir);

/// The config as LLaDA's config.json, readable by the published Python and by read_model_config.
nlohmann::ordered_json to_json(const ModelConfig& config, const std::string& torch_dtype);

}  // namespace evotoken::weights
