// Models of LLaDA's layout with random weights, made in memory: what speed needs, and nothing else.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <string>
#include <vector>

#include "engine/model/llada_model.h"

namespace evotoken::benchmarks {

/// "150m", "1b" and "8b" with LLaDA's vocabulary of 126,464; "tiny" with 2,048.
std::vector<std::string> shape_names();

/// `vocab_size`: 0 is the shape's own. Throws UsageError for an unknown name or a vocabulary of
/// less than 1,024.
weights::ModelConfig shape_config(const std::string& name, std::int64_t vocab_size = 0);

struct RandomModelOptions {
  c10::ScalarType dtype = c10::kFloat;
  c10::Device device = c10::Device(c10::kCPU);
  std::uint64_t seed = 0;
  model::Quantization quantization = model::Quantization::kNone;
};

/// Normal weights of standard deviation 0.02.
model::LladaModel random_model(const weights::ModelConfig& config,
                               const RandomModelOptions& options);

}  // namespace evotoken::benchmarks
