// The model that comes with the programs.
#pragma once

#include <filesystem>

namespace evotoken::programs {

/// models/tiny of the installed files: a model of LLaDA's layout trained on synthetic problems of
/// the four tasks (models/README.md). Throws WeightsError where it is missing.
std::filesystem::path builtin_model_folder();

/// Its adapter of continuous trajectory supervision, models/tiny/cts.
std::filesystem::path builtin_adapter_folder();

}  // namespace evotoken::programs
