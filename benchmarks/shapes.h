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

/// Throws UsageError for an unknown name.
weights::ModelConfig shape_config(const std::string& name);

/// Normal weights of standard deviation 0.02 from `seed`.
model::LladaModel random_model(const weights::ModelConfig& config, c10::ScalarType dtype,
                               c10::Device device, std::uint64_t seed);

}  // namespace evotoken::benchmarks
