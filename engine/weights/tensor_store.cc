#include "engine/weights/tensor_store.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/files.h"

namespace evotoken::weights {
namespace fs = std::filesystem;

namespace {

/// The shards that an index file lists, each once, and which tensor it says is where.
std::map<std::string, std::string> read_weight_map(const fs::path& index_path) {
  try {
    return read_json_file(index_path).at("weight_map").get<std::map<std::string, std::string>>();
  } catch (const nlohmann::json::exception&) {
    throw WeightsError(index_path.string() +
                       ": field \"weight_map\" missing or malformed, expected tensor names to file "
                       "names; fetch the file again");
  } catch (const DataError& error) {
    throw WeightsError(error.what());
  }
}

std::string first_few(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  std::string text = join_names(std::vector<std::string>(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, names.size()))));
  if (names.size() > kShown) text += fmt::format(" and {} more", names.size() - kShown);
  return text;
}

bool is_weight_type(ElementType type) {
  return type == ElementType::kBF16 || type == ElementType::kF16 || type == ElementType::kF32;
}

}  // namespace

at::ScalarType scalar_type(ElementType type) {
  switch (type) {
    case ElementType::kBF16:
      return at::kBFloat16;
    case ElementType::kF16:
      return at::kHalf;
    case ElementType::kF32:
      return at::kFloat;
    case ElementType::kF64:
      return at::kDouble;
    case ElementType::kI64:
      return at::kLong;
    case ElementType::kI32:
      return at::kInt;
  }
  throw std::logic_error("unknown element type");
}

std::vector<TensorSpec> declared_tensors(const ModelConfig& config) {
  const std::int64_t d = config.d_model;
  const std::int64_t kv = config.kv_dim();
  const std::int64_t m = config.mlp_hidden_size;
  std::vector<TensorSpec> specs = {{"model.transformer.wte.weight", {config.vocab_size, d}},
                                   {"model.transformer.ln_f.weight", {d}}};
  if (!config.weight_tying)
    specs.push_back({"model.transformer.ff_out.weight", {config.vocab_size, d}});
  for (std::int64_t layer = 0; layer < config.n_layers; ++layer) {
    const std::string block = fmt::format("model.transformer.blocks.{}.", layer);
    specs.push_back({block + "attn_norm.weight", {d}});
    specs.push_back({block + "q_proj.weight", {d, d}});
    specs.push_back({block + "k_proj.weight", {kv, d}});
    specs.push_back({block + "v_proj.weight", {kv, d}});
    specs.push_back({block + "attn_out.weight", {d, d}});
    specs.push_back({block + "ff_norm.weight", {d}});
    specs.push_back({block + "ff_proj.weight", {m, d}});
    specs.push_back({block + "up_proj.weight", {m, d}});
    specs.push_back({block + "ff_out.weight", {d, m}});
  }
  return specs;
}

TensorStore TensorStore::open(const fs::path& folder, const std::string& stem) {
  TensorStore store;
  store.folder_ = folder;
  const fs::path single = folder / (stem + ".safetensors");
  const fs::path index = folder / (stem + ".safetensors.index.json");
  if (fs::exists(single)) {
    store.add(single);
    return store;
  }
  if (!fs::exists(index)) {
    throw WeightsError(
        fmt::format("{}: no {}.safetensors and no {}.safetensors.index.json, expected one "
                    "of them; check the path (pickled .bin weights are not read)",
                    folder.string(), stem, stem));
  }
  const auto weight_map = read_weight_map(index);
  std::set<std::string> shards;
  for (const auto& [tensor, shard] : weight_map) shards.insert(shard);
  for (const std::string& shard : shards) store.add(folder / shard);
  for (const auto& [tensor, shard] : weight_map) {
    const auto found = store.tensors_.find(tensor);
    if (found == store.tensors_.end() || found->second.file->path() != folder / shard) {
      throw WeightsError(
          fmt::format("{}: tensor {} is not in {} where the index has it; fetch the "
                      "checkpoint again",
                      index.string(), tensor, shard));
    }
  }
  return store;
}

void TensorStore::add(const fs::path& path) {
  auto file = std::make_shared<const SafetensorsFile>(path);
  for (const auto& [name, view] : file->tensors()) {
    if (!tensors_.emplace(name, Location{file, view}).second) {
      throw WeightsError(
          fmt::format("{}: tensor {} is in another shard too; fetch the checkpoint again",
                      path.string(), name));
    }
  }
  files_.push_back(std::move(file));
}

void TensorStore::check(const std::vector<TensorSpec>& specs) const {
  std::vector<std::string> missing;
  std::set<std::string> declared;
  for (const TensorSpec& spec : specs) {
    declared.insert(spec.name);
    const auto found = tensors_.find(spec.name);
    if (found == tensors_.end()) {
      missing.push_back(spec.name);
      continue;
    }
    const TensorView& view = found->second.view;
    const std::string where =
        fmt::format("{}: tensor {}", found->second.file->path().string(), spec.name);
    if (view.shape != spec.shape) {
      throw WeightsError(
          fmt::format("{} has shape [{}], expected [{}] by the config; the files do not "
                      "belong together",
                      where, fmt::join(view.shape, ", "), fmt::join(spec.shape, ", ")));
    }
    if (!is_weight_type(view.type)) {
      throw WeightsError(
          fmt::format("{} has dtype {}, expected BF16, F16 or F32; convert the checkpoint", where,
                      element_type_name(view.type)));
    }
  }
  if (!missing.empty()) {
    throw WeightsError(fmt::format("{}: tensors missing: {}; fetch the checkpoint again",
                                   folder_.string(), first_few(missing)));
  }
  std::vector<std::string> unknown;
  for (const auto& [name, location] : tensors_) {
    if (!declared.contains(name)) unknown.push_back(name);
  }
  if (!unknown.empty()) {
    throw WeightsError(
        fmt::format("{}: tensors that the config does not declare: {}; the files do not "
                    "belong together",
                    folder_.string(), first_few(unknown)));
  }
}

at::Tensor TensorStore::load(const std::string& name, at::ScalarType dtype,
                             at::Device device) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    throw WeightsError(fmt::format("{}: tensor {} is missing", folder_.string(), name));
  }
  const auto& [file, view] = found->second;
  const at::Tensor mapped = at::from_blob(
      view.bytes.data(), view.shape, [keep_alive = file](void*) {},
      at::TensorOptions().dtype(scalar_type(view.type)));
  if (device.is_cpu() && mapped.scalar_type() == dtype) return mapped;
  at::Tensor copy = mapped.to(device, dtype, /*non_blocking=*/false, /*copy=*/true);
  file->file().release(view.bytes);
  return copy;
}

at::ScalarType TensorStore::dominant_dtype() const {
  std::map<at::ScalarType, std::size_t> bytes;
  for (const auto& [name, location] : tensors_) {
    bytes[scalar_type(location.view.type)] += location.view.bytes.size();
  }
  return std::max_element(bytes.begin(), bytes.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

std::vector<std::string> TensorStore::names() const {
  std::vector<std::string> names;
  for (const auto& [name, location] : tensors_) names.push_back(name);
  return names;
}

std::vector<fs::path> TensorStore::files() const {
  std::vector<fs::path> paths;
  for (const auto& file : files_) paths.push_back(file->path());
  return paths;
}

}  // namespace evotoken::weights
