// One file of the golden folder's decode/<model>/*.json.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/files.h"
#include "engine/decoding/options.h"
#include "engine/decoding/predictor.h"
#include "tests/engine/golden_model.h"

namespace evotoken::testing {

struct GoldenCase {
  nlohmann::ordered_json json;
  decoding::DecodingOptions options;
  std::vector<TokenId> prompt;
  std::vector<TokenId> output;

  explicit GoldenCase(const std::filesystem::path& path) : json(read_json_file(path)) {
    options.decoder = json.value("decoder", "llada");  // the cached cases do not ban the mask
    options.gen_length = json.at("gen_length");
    options.block_length = json.at("block_length");
    options.diffusion_steps = json.at("steps");
    options.temperature = json.at("temperature");
    if (json.contains("k_soft")) options.k_soft = json["k_soft"];
    if (json.contains("alpha_soft_mask")) options.alpha_soft_mask = json["alpha_soft_mask"];
    if (!json.at("threshold").is_null()) options.threshold = json["threshold"].get<double>();
    const std::string function = json.value("function", "");
    if (function == "generate_with_prefix_cache") options.cache = decoding::Cache::kPrefix;
    if (function == "generate_with_dual_cache") options.cache = decoding::Cache::kDual;
    prompt = json.at("prompt_ids").get<std::vector<TokenId>>();
    output = json.at("output_ids").get<std::vector<TokenId>>();
  }

  const model::LladaModel& model(Adapter adapter = Adapter::kUnmerged) const {
    const std::string name = json.at("model");
    if (!json.contains("lora") || json["lora"].is_null()) return golden_model(name);
    const std::string lora = json["lora"];  // "toy-mha-lora (unmerged)"
    return golden_model(name, lora.substr(0, lora.find(' ')), adapter);
  }

  /// The uniforms of the golden run (see the golden folder's README).
  decoding::Randomness randomness(std::int64_t vocab) const {
    decoding::Randomness randomness = decoding::Randomness::keyed(options.seed, "golden");
    if (!json.contains("uniform") || json["uniform"].is_null()) return randomness;
    const auto seed = json["uniform"].at("seed").get<std::uint64_t>();
    const auto length =
        static_cast<std::uint64_t>(prompt.size()) + static_cast<std::uint64_t>(options.gen_length);
    randomness.injected = [=](std::int64_t step, std::int64_t position, std::int64_t row) {
      const std::uint64_t index =
          (static_cast<std::uint64_t>(step) * length + static_cast<std::uint64_t>(position)) *
              static_cast<std::uint64_t>(vocab) +
          static_cast<std::uint64_t>(row);
      constexpr std::uint64_t kGamma = 0x9E3779B97F4A7C15;
      std::uint64_t z = seed + index * kGamma + kGamma;
      z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
      z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
      z ^= z >> 31;
      return static_cast<double>(z >> 11) * 0x1p-53;
    };
    return randomness;
  }
};

/// The golden cases below `folder`, e.g. "decode".
inline std::vector<std::filesystem::path> golden_cases(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  const std::filesystem::path root = golden_dir() / folder;
  if (!std::filesystem::is_directory(root)) return paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace evotoken::testing
