// Training of all weights.
#include <ATen/ATen.h>
#include <fmt/format.h>

#include <memory>

#include "base/files.h"
#include "engine/model/load_model.h"
#include "engine/weights/save_tensors.h"
#include "training/trainable_model.h"

namespace evotoken::training {
namespace fs = std::filesystem;

namespace {

/// Calls visit(name, tensor) for every weight, in the order of the checkpoint.
template <typename Visit>
void visit_weights(model::ModelWeights& weights, bool tied, Visit visit) {
  visit("model.transformer.wte.weight", weights.embedding);
  for (std::size_t i = 0; i < weights.layers.size(); ++i) {
    model::Layer& layer = weights.layers[i];
    const auto name = [&](const char* module) {
      return fmt::format("model.transformer.blocks.{}.{}.weight", i, module);
    };
    visit(name("attn_norm"), layer.attn_norm);
    visit(name("q_proj"), layer.q_proj.weight);
    visit(name("k_proj"), layer.k_proj.weight);
    visit(name("v_proj"), layer.v_proj.weight);
    visit(name("attn_out"), layer.attn_out.weight);
    visit(name("ff_norm"), layer.ff_norm);
    visit(name("ff_proj"), layer.ff_proj.weight);
    visit(name("up_proj"), layer.up_proj.weight);
    visit(name("ff_out"), layer.ff_out.weight);
  }
  visit("model.transformer.ln_f.weight", weights.final_norm);
  if (!tied) visit("model.transformer.ff_out.weight", weights.head.weight);
}

class FullModel final : public TrainableModel {
 public:
  FullModel(const TrainableOptions& options, const model::LladaModel& loaded)
      : TrainableModel(loaded.config(), options.device),
        folder_(options.model_folder),
        dtype_(options.dtype),
        masters_(loaded.weights()) {
    visit_weights(masters_, config_.weight_tying, [&](const std::string& name, at::Tensor& weight) {
      weight = weight.detach().clone().requires_grad_();  // no longer the mapped file
      parameters_.push_back({name, weight, weight.dim() > 1, name.find(".blocks.") != name.npos});
    });
    if (config_.weight_tying) masters_.head.weight = masters_.embedding;
  }

  model::LladaModel model() const override {
    model::ModelWeights weights = masters_;
    visit_weights(weights, config_.weight_tying,
                  [&](const std::string&, at::Tensor& weight) { weight = weight.to(dtype_); });
    if (config_.weight_tying) weights.head.weight = weights.embedding;
    return model::LladaModel(config_, std::move(weights));
  }

  void save(const fs::path& folder) const override {
    fs::create_directories(folder);
    weights::NamedTensors tensors;
    for (const Parameter& parameter : parameters_) {
      tensors.emplace_back(parameter.name, parameter.value);
    }
    weights::save_tensors(folder / "model.safetensors", tensors, at::kBFloat16);
    for (const char* name : {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
                             "chat_template.jinja"}) {
      if (fs::exists(folder_ / name))
        write_file_atomically(folder / name, read_file(folder_ / name));
    }
    write_file_atomically(folder / "config.json", weights::to_json(config_, "bfloat16").dump(2));
  }

 private:
  fs::path folder_;
  at::ScalarType dtype_;
  model::ModelWeights masters_;
};

}  // namespace

std::unique_ptr<TrainableModel> make_full(const TrainableOptions& options) {
  model::LoadOptions load;
  load.model_folder = options.model_folder;
  load.device = options.device;
  load.dtype = at::kFloat;
  return std::make_unique<FullModel>(options, model::load_model(load));
}

}  // namespace evotoken::training
