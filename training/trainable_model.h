// A model as training sees it: float32 parameters with gradients, and the forward pass that
// computes with them in the training dtype.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/model/llada_model.h"
#include "engine/weights/lora_adapter.h"

namespace evotoken::training {

struct Parameter {
  std::string name;       ///< as in the checkpoint's or adapter's safetensors file
  at::Tensor value;       ///< float32 leaf that requires grad
  bool decayed = true;    ///< weight decay applies: matrices, not norms
  bool of_layer = false;  ///< belongs to a transformer layer, not to embedding, head or adapter
};

struct LoraSettings {
  std::int64_t r = 128;
  double alpha = 256;
  double dropout = 0.05;
  std::vector<std::string> targets = {"q_proj", "k_proj", "v_proj"};
};

class TrainableModel {
 public:
  virtual ~TrainableModel() = default;

  std::vector<Parameter>& parameters() { return parameters_; }
  const weights::ModelConfig& config() const { return config_; }
  at::Device device() const { return device_; }

  /// The model with the parameters' present values, differentiable in them.
  virtual model::LladaModel model() const = 0;

  /// Writes what `--model_path` or `--checkpoint_path` loads: a Hugging Face folder, or an adapter
  /// in PEFT's layout.
  virtual void save(const std::filesystem::path& folder) const = 0;

 protected:
  TrainableModel(weights::ModelConfig config, at::Device device)
      : config_(config), device_(device) {}

  weights::ModelConfig config_;
  at::Device device_;
  std::vector<Parameter> parameters_;
};

struct TrainableOptions {
  std::filesystem::path model_folder;
  at::ScalarType dtype = at::kFloat;  ///< of the forward pass; the parameters are float32
  at::Device device = at::Device(at::kCPU);
};

/// All weights train. Saved in bfloat16, LLaDA's own type.
std::unique_ptr<TrainableModel> make_full(const TrainableOptions& options);

/// An adapter trains on frozen weights. A starts uniform in ±1/√in, B zero, as in PEFT; `seed`
/// makes A. With `adapter_folder` not empty the adapter there is trained on instead.
/// Throws UsageError for a target that is no linear layer, WeightsError for files that do not fit.
std::unique_ptr<TrainableModel> make_lora(const TrainableOptions& options,
                                          const LoraSettings& settings, std::uint64_t seed,
                                          const std::filesystem::path& adapter_folder = {});

}  // namespace evotoken::training
