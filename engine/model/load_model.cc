#include "engine/model/load_model.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/progress.h"
#include "engine/weights/lora_adapter.h"
#include "engine/weights/tensor_store.h"

namespace evotoken::model {
namespace {

/// Fetches tensors by name and puts the adapter where it belongs.
class WeightLoader {
 public:
  WeightLoader(const weights::TensorStore& store, weights::LoraAdapter adapter,
               const LoadOptions& options)
      : store_(store),
        adapter_(std::move(adapter)),
        merge_(options.merge_adapter),
        device_(options.device),
        dtype_(options.dtype.value_or(store.dominant_dtype())),
        progress_("loading weights", static_cast<std::int64_t>(store.names().size()), "tensors") {}

  /// `module` is the path below "model.transformer.", e.g. "blocks.0.attn_norm".
  at::Tensor tensor(const std::string& module) {
    progress_.advance();
    return store_.load("model.transformer." + module + ".weight", dtype_, device_);
  }

  Linear linear(const std::string& module) {
    Linear linear{tensor(module)};
    const auto update = adapter_.updates.find(module);
    if (update == adapter_.updates.end()) return linear;
    if (merge_) {
      update->second.merge_into(linear.weight);
    } else {
      linear.lora = update->second;
    }
    return linear;
  }

  Layer layer(std::int64_t index) {
    const std::string prefix = fmt::format("blocks.{}.", index);
    Layer layer;
    layer.attn_norm = tensor(prefix + "attn_norm");
    layer.q_proj = linear(prefix + "q_proj");
    layer.k_proj = linear(prefix + "k_proj");
    layer.v_proj = linear(prefix + "v_proj");
    layer.attn_out = linear(prefix + "attn_out");
    layer.ff_norm = tensor(prefix + "ff_norm");
    layer.ff_proj = linear(prefix + "ff_proj");
    layer.up_proj = linear(prefix + "up_proj");
    layer.ff_out = linear(prefix + "ff_out");
    return layer;
  }

 private:
  const weights::TensorStore& store_;
  weights::LoraAdapter adapter_;
  bool merge_;
  at::Device device_;
  at::ScalarType dtype_;
  Progress progress_;
};

}  // namespace

LladaModel load_model(const LoadOptions& options) {
  // Whatever mode the caller is in: the weights are ordinary tensors that training can use.
  const c10::InferenceMode ordinary(false);
  const c10::NoGradGuard no_grad;
  const weights::ModelConfig config = weights::read_model_config(options.model_folder);
  const weights::TensorStore store = weights::TensorStore::open(options.model_folder);
  store.check(weights::declared_tensors(config));
  weights::LoraAdapter adapter;
  if (options.adapter_folder) {
    adapter = weights::read_lora_adapter(*options.adapter_folder, config, options.device);
  }

  WeightLoader loader(store, std::move(adapter), options);
  ModelWeights weights;
  weights.embedding = loader.tensor("wte");
  weights.quantization = options.quantization;
  for (std::int64_t i = 0; i < config.n_layers; ++i) {
    weights.layers.push_back(loader.layer(i));
    for (Linear* matrix : weights.layers.back().matrices()) {
      if (options.quantization != Quantization::kNone) matrix->quantize(options.quantization);
      if (options.for_inference) matrix->pack();
    }
  }
  weights.final_norm = loader.tensor("ln_f");
  weights.head = config.weight_tying ? Linear{weights.embedding} : loader.linear("ff_out");
  if (options.for_inference) weights.head.pack_head();
  return LladaModel(config, std::move(weights));
}

}  // namespace evotoken::model
