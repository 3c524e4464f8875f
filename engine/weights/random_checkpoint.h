// A checkpoint of random weights in LLaDA's layout: for tests of size and speed, and for trying the
// programs without a download. Its answers mean nothing.
#pragma once

#include <cstdint>
#include <filesystem>

#include "engine/weights/model_config.h"
#include "engine/weights/safetensors.h"

namespace evotoken::weights {

struct RandomCheckpointOptions {
  ModelConfig config;
  ElementType type = ElementType::kBF16;
  std::uint64_t seed = 0;
  double init_std = 0.02;                        ///< of the normal distribution of all matrices
  std::int64_t max_shard_bytes = 2'000'000'000;  ///< larger checkpoints are sharded
};

/// Writes config.json and the safetensors files into `folder` (created if missing), piece by piece:
/// memory stays below 200 MB whatever the model's size. The same options give the same bytes.
/// Throws DeviceError when it cannot write, or the disk is too small. The tokenizer is the
/// caller's.
void write_random_checkpoint(const std::filesystem::path& folder,
                             const RandomCheckpointOptions& options);

/// Number of parameters of a model of that config.
std::int64_t parameter_count(const ModelConfig& config);

}  // namespace evotoken::weights
