#include "benchmarks/shapes.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <utility>

#include "base/unknown_name.h"

namespace evotoken::benchmarks {
namespace {

struct Shape {
  const char* name;
  std::int64_t d_model;
  std::int64_t n_layers;
  std::int64_t n_heads;
  std::int64_t mlp_hidden_size;
  std::int64_t vocab_size;
};

constexpr Shape kShapes[] = {{"tiny", 192, 6, 6, 512, 2048},
                             {"150m", 512, 6, 8, 1536, 126464},
                             {"1b", 1792, 18, 14, 4864, 126464},
                             {"8b", 4096, 32, 32, 12288, 126464}};

}  // namespace

std::vector<std::string> shape_names() {
  std::vector<std::string> names;
  for (const Shape& shape : kShapes) names.emplace_back(shape.name);
  return names;
}

weights::ModelConfig shape_config(const std::string& name, std::int64_t vocab_size) {
  if (vocab_size != 0 && vocab_size < 1024) {
    throw UsageError(
        fmt::format("--vocab_size: {}, expected at least 1024; change the flag", vocab_size));
  }
  for (Shape shape : kShapes) {
    if (name != shape.name) continue;
    if (vocab_size != 0) shape.vocab_size = vocab_size;
    weights::ModelConfig config;
    config.d_model = shape.d_model;
    config.n_layers = shape.n_layers;
    config.n_heads = shape.n_heads;
    config.n_kv_heads = shape.n_heads;
    config.mlp_hidden_size = shape.mlp_hidden_size;
    config.vocab_size = shape.vocab_size;
    config.max_sequence_length = 4096;
    config.rope_theta = 500000.0;
    config.mask_token_id = shape.vocab_size - 128;
    config.eos_token_id = shape.vocab_size - 383;
    config.pad_token_id = config.eos_token_id;
    return config;
  }
  throw unknown_name("--shape", name, shape_names());
}

model::LladaModel random_model(const weights::ModelConfig& config,
                               const RandomModelOptions& wanted) {
  at::manual_seed(wanted.seed);
  const auto options = at::TensorOptions().dtype(wanted.dtype).device(wanted.device);
  const auto matrix = [&](std::int64_t rows, std::int64_t columns) {
    return at::empty({rows, columns}, options).normal_(0, 0.02);
  };
  const auto linear = [&](std::int64_t out, std::int64_t in) {
    return model::Linear{matrix(out, in)};
  };
  const std::int64_t d = config.d_model;
  model::ModelWeights weights;
  weights.embedding = matrix(config.vocab_size, d);
  weights.quantization = wanted.quantization;
  for (std::int64_t i = 0; i < config.n_layers; ++i) {
    model::Layer layer;
    layer.attn_norm = at::ones({d}, options);
    layer.q_proj = linear(d, d);
    layer.k_proj = linear(config.kv_dim(), d);
    layer.v_proj = linear(config.kv_dim(), d);
    layer.attn_out = linear(d, d);
    layer.ff_norm = at::ones({d}, options);
    layer.ff_proj = linear(config.mlp_hidden_size, d);
    layer.up_proj = linear(config.mlp_hidden_size, d);
    layer.ff_out = linear(d, config.mlp_hidden_size);
    for (model::Linear* module : layer.matrices()) {
      if (wanted.quantization != model::Quantization::kNone) module->quantize(wanted.quantization);
      module->pack();
    }
    weights.layers.push_back(std::move(layer));
  }
  weights.final_norm = at::ones({d}, options);
  weights.head = linear(config.vocab_size, d);
  weights.head.pack_head();
  return model::LladaModel(config, std::move(weights));
}

}  // namespace evotoken::benchmarks
