#include "engine/weights/random_checkpoint.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/progress.h"
#include "engine/weights/tensor_store.h"

namespace evotoken::weights {
namespace {

constexpr std::int64_t kPieceElements = std::int64_t{1} << 24;

std::int64_t element_count(const TensorSpec& spec) {
  std::int64_t count = 1;
  for (const std::int64_t extent : spec.shape) count *= extent;
  return count;
}

/// Splits the tensors, in order, into shards of at most `max_bytes` (a larger tensor stands alone).
std::vector<std::vector<TensorSpec>> plan_shards(const RandomCheckpointOptions& options) {
  const auto size = static_cast<std::int64_t>(element_size_bytes(options.type));
  std::vector<std::vector<TensorSpec>> shards(1);
  std::int64_t shard_bytes = 0;
  for (const TensorSpec& spec : declared_tensors(options.config)) {
    const std::int64_t bytes = element_count(spec) * size;
    if (!shards.back().empty() && shard_bytes + bytes > options.max_shard_bytes) {
      shards.emplace_back();
      shard_bytes = 0;
    }
    shards.back().push_back(spec);
    shard_bytes += bytes;
  }
  return shards;
}

/// Appends one tensor: norms are ones, matrices normal.
void append_tensor(SafetensorsWriter& writer, const TensorSpec& spec,
                   const RandomCheckpointOptions& options, at::Generator& generator) {
  const at::ScalarType dtype = scalar_type(options.type);
  for (std::int64_t left = element_count(spec); left > 0; left -= kPieceElements) {
    at::Tensor piece = at::ones({std::min(left, kPieceElements)}, at::kFloat);
    if (spec.shape.size() > 1) piece.normal_(0.0, options.init_std, generator);
    piece = piece.to(dtype);
    writer.append({static_cast<const std::byte*>(piece.const_data_ptr()), piece.nbytes()});
  }
}

/// Bytes of all weights, in floating point: integers end where absurd sizes begin.
double size_bytes(const RandomCheckpointOptions& options) {
  const ModelConfig& config = options.config;
  const auto d = static_cast<double>(config.d_model);
  const double of_layer = 2 * d * (1 + d + static_cast<double>(config.kv_dim())) +
                          3 * d * static_cast<double>(config.mlp_hidden_size);
  const double ends = static_cast<double>(config.vocab_size) * d * (config.weight_tying ? 1 : 2);
  return (static_cast<double>(config.n_layers) * of_layer + ends + d) *
         static_cast<double>(element_size_bytes(options.type));
}

void check_free_space(const std::filesystem::path& folder, double wanted_bytes) {
  std::filesystem::path place = std::filesystem::absolute(folder);
  std::error_code unknown;  // writing there will say more
  while (!std::filesystem::exists(place, unknown) && place.has_relative_path()) {
    place = place.parent_path();
  }
  const std::filesystem::space_info space = std::filesystem::space(place, unknown);
  if (unknown) return;
  const auto free_bytes = static_cast<double>(space.available);
  if (wanted_bytes <= free_bytes) return;
  throw DeviceError(fmt::format(
      "{}: {:.3g} GB of weights, expected at most the {:.3g} GB that are free there; choose a "
      "smaller model or another folder",
      folder.string(), wanted_bytes / 1e9, free_bytes / 1e9));
}

}  // namespace

std::int64_t parameter_count(const ModelConfig& config) {
  std::int64_t count = 0;
  for (const TensorSpec& spec : declared_tensors(config)) count += element_count(spec);
  return count;
}

void write_random_checkpoint(const std::filesystem::path& folder,
                             const RandomCheckpointOptions& options) {
  check_free_space(folder, size_bytes(options));
  at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(options.seed);
  const auto shards = plan_shards(options);
  const auto size = static_cast<std::int64_t>(element_size_bytes(options.type));
  Progress progress("writing random weights", parameter_count(options.config), "parameters");
  nlohmann::ordered_json weight_map;
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const std::string filename =
        shards.size() == 1 ? "model.safetensors"
                           : fmt::format("model-{:05}-of-{:05}.safetensors", i + 1, shards.size());
    std::vector<SafetensorsWriter::Entry> entries;
    for (const TensorSpec& spec : shards[i]) {
      entries.push_back({spec.name, options.type, spec.shape});
      weight_map[spec.name] = filename;
    }
    SafetensorsWriter writer(folder / filename, std::move(entries));
    for (const TensorSpec& spec : shards[i]) {
      append_tensor(writer, spec, options, generator);
      progress.advance(element_count(spec));
    }
    writer.finish();
  }
  if (shards.size() > 1) {
    const nlohmann::ordered_json index = {
        {"metadata", {{"total_size", parameter_count(options.config) * size}}},
        {"weight_map", weight_map}};
    write_file_atomically(folder / "model.safetensors.index.json", index.dump(2));
  }
  const char* const dtype = options.type == ElementType::kBF16  ? "bfloat16"
                            : options.type == ElementType::kF16 ? "float16"
                                                                : "float32";
  write_file_atomically(folder / "config.json", to_json(options.config, dtype).dump(2));
}

}  // namespace evotoken::weights
