// Which model a program runs, on what, and how it is loaded.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "engine/model/llada_model.h"
#include "engine/tokenizer/tokenizer.h"

namespace evotoken::programs {

struct ModelFlags {
  std::string model_path = "builtin";
  std::string checkpoint_path = "none";
  std::string dtype = "auto";
  std::string device = "auto";
  bool unmerged_lora = false;
};

/// Adds --model_path, --checkpoint_path, --dtype, --device and --unmerged_lora.
void add_model_flags(CLI::App& app, ModelFlags& flags);

/// A model with its tokenizer, and what made it, for provenance.
struct LoadedModel {
  tokenizer::Tokenizer tokenizer;
  model::LladaModel model;
  std::filesystem::path model_folder;
  std::optional<std::filesystem::path> adapter_folder;
  std::string model_path;       ///< as given
  std::string checkpoint_path;  ///< as given, "none" without an adapter
  bool random_weights = false;  ///< the built-in model of random weights: its answers mean nothing
  double load_seconds = 0;
};

/// What can be said about the flags before anything is loaded: unknown dtype or device, no such
/// model. Throws as load_model.
void check_model_flags(const ModelFlags& flags);

/// Finds, checks and loads the model that the flags name. "builtin" is a small model of random
/// weights that is made on first use in the user's cache folder. Throws WeightsError, UsageError,
/// DeviceError.
LoadedModel load_model(const ModelFlags& flags);

/// ${XDG_CACHE_HOME:-~/.cache}/evotoken-eval.
std::string cache_folder();

}  // namespace evotoken::programs
