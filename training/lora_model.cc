// Training of a low-rank adapter on frozen weights.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <memory>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "engine/model/load_model.h"
#include "engine/weights/save_tensors.h"
#include "training/trainable_model.h"

namespace evotoken::training {
namespace fs = std::filesystem;

namespace {

/// The matrices of a layer that an adapter can stand on.
model::Linear* linear_named(model::Layer& layer, const std::string& name) {
  const std::map<std::string, model::Linear*> matrices = {
      {"q_proj", &layer.q_proj},     {"k_proj", &layer.k_proj},   {"v_proj", &layer.v_proj},
      {"attn_out", &layer.attn_out}, {"ff_proj", &layer.ff_proj}, {"up_proj", &layer.up_proj},
      {"ff_out", &layer.ff_out}};
  const auto found = matrices.find(name);
  if (found == matrices.end()) {
    throw UsageError(
        fmt::format("--lora_targets: \"{}\", expected q_proj, k_proj, v_proj, "
                    "attn_out, ff_proj, up_proj or ff_out",
                    name));
  }
  return found->second;
}

std::string module_name(std::size_t layer, const std::string& target) {
  return fmt::format("blocks.{}.{}", layer, target);
}

class LoraModel final : public TrainableModel {
 public:
  LoraModel(const TrainableOptions& options, const LoraSettings& settings, std::uint64_t seed,
            const fs::path& adapter_folder, const model::LladaModel& frozen)
      : TrainableModel(frozen.config(), options.device),
        settings_(settings),
        base_name_(options.model_folder.string()),
        weights_(frozen.weights()) {
    weights::LoraAdapter start;
    if (!adapter_folder.empty()) start = read_start(adapter_folder);
    at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    for (std::size_t i = 0; i < weights_.layers.size(); ++i) {
      for (const std::string& target : settings_.targets) {
        model::Linear& matrix = *linear_named(weights_.layers[i], target);
        const std::string module = module_name(i, target);
        weights::LoraUpdate update = fresh_update(matrix.weight, generator);
        if (!adapter_folder.empty()) update = start.updates.at(module);
        update.dropout = settings_.dropout;
        update.a.requires_grad_();
        update.b.requires_grad_();
        const std::string name = fmt::format("base_model.model.model.transformer.{}", module);
        parameters_.push_back({name + ".lora_A.weight", update.a, true});
        parameters_.push_back({name + ".lora_B.weight", update.b, true});
        matrix.lora = update;
      }
    }
  }

  model::LladaModel model() const override { return model::LladaModel(config_, weights_); }

  void save(const fs::path& folder) const override {
    fs::create_directories(folder);
    weights::NamedTensors tensors;
    for (const Parameter& parameter : parameters_) {
      tensors.emplace_back(parameter.name, parameter.value);
    }
    weights::save_tensors(folder / "adapter_model.safetensors", tensors, at::kFloat);
    const nlohmann::ordered_json config = {{"peft_type", "LORA"},
                                           {"task_type", "CAUSAL_LM"},
                                           {"base_model_name_or_path", base_name_},
                                           {"r", settings_.r},
                                           {"lora_alpha", settings_.alpha},
                                           {"lora_dropout", settings_.dropout},
                                           {"target_modules", settings_.targets},
                                           {"bias", "none"},
                                           {"fan_in_fan_out", false},
                                           {"use_rslora", false},
                                           {"use_dora", false},
                                           {"init_lora_weights", true},
                                           {"inference_mode", true}};
    write_file_atomically(folder / "adapter_config.json", config.dump(2) + "\n");
  }

 private:
  /// The adapter that training goes on from; it must have the shape that the settings ask for.
  weights::LoraAdapter read_start(const fs::path& folder) const {
    weights::LoraAdapter start = weights::read_lora_adapter(folder, config_, device_);
    std::set<std::string> expected;
    for (std::size_t i = 0; i < weights_.layers.size(); ++i) {
      for (const auto& target : settings_.targets) expected.insert(module_name(i, target));
    }
    std::set<std::string> found;
    for (const auto& [module, update] : start.updates) found.insert(module);
    if (found != expected || start.r != settings_.r || start.lora_alpha != settings_.alpha ||
        start.use_rslora) {
      throw WeightsError(fmt::format(
          "{}: an adapter of r {}, lora_alpha {} on {} layers, expected r {}, lora_alpha {} on {} "
          "of every layer; say so with --lora_r, --lora_alpha and --lora_targets",
          folder.string(), start.r, start.lora_alpha, start.updates.size(), settings_.r,
          settings_.alpha, join_names(settings_.targets)));
    }
    return start;
  }

  weights::LoraUpdate fresh_update(const at::Tensor& weight, at::Generator& generator) const {
    const std::int64_t in = weight.size(1);
    const double bound = 1.0 / std::sqrt(static_cast<double>(in));
    weights::LoraUpdate update;
    update.a = at::empty({settings_.r, in}).uniform_(-bound, bound, generator).to(device_);
    update.b = at::zeros({weight.size(0), settings_.r}, at::TensorOptions().device(device_));
    update.scaling = settings_.alpha / static_cast<double>(settings_.r);
    return update;
  }

  LoraSettings settings_;
  std::string base_name_;
  model::ModelWeights weights_;
};

}  // namespace

std::unique_ptr<TrainableModel> make_lora(const TrainableOptions& options,
                                          const LoraSettings& settings, std::uint64_t seed,
                                          const fs::path& adapter_folder) {
  model::LoadOptions load;
  load.model_folder = options.model_folder;
  load.device = options.device;
  load.dtype = options.dtype;
  return std::make_unique<LoraModel>(options, settings, seed, adapter_folder,
                                     model::load_model(load));
}

}  // namespace evotoken::training
