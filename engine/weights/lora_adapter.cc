#include "engine/weights/lora_adapter.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "engine/weights/tensor_store.h"

namespace evotoken::weights {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kTensorPrefix = "base_model.model.";
constexpr const char* kModulePrefix = "model.transformer.";

/// Features of PEFT that change the effective weight and are not implemented; each must have the
/// value that switches it off, or be absent.
const std::vector<std::pair<const char*, Json>>& switched_off_fields() {
  static const std::vector<std::pair<const char*, Json>> kFields = {
      {"bias", "none"},
      {"fan_in_fan_out", false},
      {"use_dora", false},
      {"lora_bias", false},
      {"rank_pattern", Json::object()},
      {"alpha_pattern", Json::object()},
      {"modules_to_save", nullptr},
      {"layers_to_transform", nullptr},
      {"layer_replication", nullptr},
      {"trainable_token_indices", nullptr},
      {"exclude_modules", nullptr},
      {"target_parameters", nullptr},
      {"use_qalora", false},
  };
  return kFields;
}

[[noreturn]] void fail_field(const std::filesystem::path& path, const std::string& name,
                             const std::string& found, const std::string& expected) {
  throw WeightsError(fmt::format("{}: field \"{}\" is {}, supported: {}; use a plain LoRA adapter",
                                 path.string(), name, found, expected));
}

Json read_adapter_config(const std::filesystem::path& path) {
  Json json;
  try {
    json = read_json_file(path);
  } catch (const DataError& error) {
    throw WeightsError(error.what());
  }
  if (!json.is_object()) throw WeightsError(path.string() + ": expected a JSON object");
  if (json.value("peft_type", Json()) != "LORA") {
    fail_field(path, "peft_type", json.contains("peft_type") ? json["peft_type"].dump() : "missing",
               "\"LORA\"");
  }
  for (const auto& [name, off] : switched_off_fields()) {
    if (!json.contains(name) || json[name].is_null() || json[name] == off) continue;
    if (json[name].is_array() && json[name].empty()) continue;
    fail_field(path, name, json[name].dump(), off.dump());
  }
  return json;
}

double number_field(const Json& json, const std::filesystem::path& path, const char* name) {
  const bool valid = json.contains(name) && json[name].is_number() && json[name].get<double>() > 0;
  if (!valid) {
    fail_field(path, name, json.contains(name) ? json[name].dump() : "missing",
               "a positive number");
  }
  return json[name].get<double>();
}

std::int64_t integer_field(const Json& json, const std::filesystem::path& path, const char* name) {
  const double value = number_field(json, path, name);
  if (!json[name].is_number_integer() || value > 1e6) {
    fail_field(path, name, json[name].dump(), "a positive integer");
  }
  return json[name].get<std::int64_t>();
}

/// Ways of initialising that leave the base weights alone; the others (PiSSA, OLoRA, CorDA, LoftQ)
/// change them, and their adapters mean nothing beside the original ones.
void check_initialisation(const Json& json, const std::filesystem::path& path) {
  if (!json.contains("init_lora_weights")) return;
  const Json& how = json["init_lora_weights"];
  if (how.is_null() || how.is_boolean() || how == "gaussian" || how == "eva") return;
  fail_field(path, "init_lora_weights", how.dump(), "true, false, \"gaussian\", \"eva\"");
}

/// "q_proj" of "model.transformer.blocks.3.q_proj.weight".
std::string_view last_part(std::string_view module) { return module.substr(module.rfind('.') + 1); }

/// The linear layers of the model that `target_modules` names, as weight specs without ".weight".
std::vector<TensorSpec> targeted_layers(const Json& json, const std::filesystem::path& path,
                                        const ModelConfig& config) {
  const bool is_list = json.contains("target_modules") && json["target_modules"].is_array();
  if (!is_list) {
    fail_field(path, "target_modules",
               json.contains("target_modules") ? json["target_modules"].dump() : "missing",
               "a list of module names");
  }
  std::vector<TensorSpec> layers;
  for (const Json& target : json["target_modules"]) {
    if (!target.is_string()) fail_field(path, "target_modules", target.dump(), "names of modules");
    const std::string name = target.get<std::string>();
    const std::size_t before = layers.size();
    for (TensorSpec spec : declared_tensors(config)) {
      spec.name.resize(spec.name.size() - std::string_view(".weight").size());
      const bool in_block = spec.name.find(".blocks.") != std::string::npos;
      if (in_block && spec.shape.size() == 2 && last_part(spec.name) == name)
        layers.push_back(spec);
    }
    if (layers.size() == before) {
      fail_field(path, "target_modules", "\"" + name + "\"",
                 "q_proj, k_proj, v_proj, attn_out, ff_proj, up_proj, ff_out");
    }
  }
  return layers;
}

}  // namespace

void LoraUpdate::merge_into(at::Tensor weight) const {
  // A few rows at a time: whole matrices of float32 come and go as holes in the heap that, over all
  // layers of a model, grow to as much memory as the weights themselves.
  constexpr std::int64_t kPieceElements = std::int64_t{1} << 18;
  const std::int64_t piece = std::max<std::int64_t>(1, kPieceElements / weight.size(1));
  for (std::int64_t begin = 0; begin < weight.size(0); begin += piece) {
    const std::int64_t rows = std::min(piece, weight.size(0) - begin);
    const at::Tensor part = weight.narrow(0, begin, rows);  // [rows, in]
    const at::Tensor delta = at::matmul(b.narrow(0, begin, rows), a).mul_(scaling);
    part.copy_(part.to(at::kFloat).add_(delta));
  }
}

LoraAdapter read_lora_adapter(const std::filesystem::path& folder, const ModelConfig& config,
                              at::Device device) {
  const std::filesystem::path config_path = folder / "adapter_config.json";
  const Json json = read_adapter_config(config_path);
  check_initialisation(json, config_path);
  LoraAdapter adapter;
  adapter.r = integer_field(json, config_path, "r");
  adapter.lora_alpha = number_field(json, config_path, "lora_alpha");
  adapter.use_rslora = json.contains("use_rslora") && json["use_rslora"] == true;
  const double rank = static_cast<double>(adapter.r);
  const double scaling = adapter.lora_alpha / (adapter.use_rslora ? std::sqrt(rank) : rank);

  const std::vector<TensorSpec> layers = targeted_layers(json, config_path, config);
  std::vector<TensorSpec> specs;
  for (const TensorSpec& layer : layers) {
    specs.push_back({kTensorPrefix + layer.name + ".lora_A.weight", {adapter.r, layer.shape[1]}});
    specs.push_back({kTensorPrefix + layer.name + ".lora_B.weight", {layer.shape[0], adapter.r}});
  }
  const TensorStore store = TensorStore::open(folder, "adapter_model");
  store.check(specs);
  for (const TensorSpec& layer : layers) {
    const std::string module = layer.name.substr(std::string_view(kModulePrefix).size());
    const std::string prefix = kTensorPrefix + layer.name;
    adapter.updates[module] = {store.load(prefix + ".lora_A.weight", at::kFloat, device),
                               store.load(prefix + ".lora_B.weight", at::kFloat, device), scaling};
  }
  return adapter;
}

}  // namespace evotoken::weights
