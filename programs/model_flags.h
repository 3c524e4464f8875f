// Which model a program runs, on what, and how it is loaded.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "engine/decoding/block_graphs.h"
#include "engine/model/llada_model.h"
#include "engine/tokenizer/tokenizer.h"

namespace evotoken::programs {

struct ModelFlags {
  std::string model_path = "builtin";    ///< a folder, org/name of Hugging Face's cache, builtin
  std::string checkpoint_path = "auto";  ///< an adapter's folder, none, auto: the built-in model's
  std::string dtype = "auto";            ///< of the weights; auto: the checkpoint's
  std::string device = "auto";           ///< auto: a GPU where one is usable
  bool unmerged_lora = false;            ///< the adapter stays apart from the weights
  std::string quantization = "none";     ///< of the layers: none, int8, fp8
  bool cuda_graphs = false;              ///< steps on a GPU are recorded and replayed
};

/// Adds --model_path, --checkpoint_path, --dtype, --quantization, --device, --cuda_graphs and
/// --unmerged_lora.
void add_model_flags(CLI::App& app, ModelFlags& flags);

/// A model with its tokenizer, and what made it, for provenance.
struct LoadedModel {
  tokenizer::Tokenizer tokenizer;
  model::LladaModel model;
  std::shared_ptr<decoding::BlockGraphs> graphs;  ///< of the model, with --cuda_graphs; or null
  std::filesystem::path model_folder;
  std::optional<std::filesystem::path> adapter_folder;
  std::string model_path;       ///< as given
  std::string checkpoint_path;  ///< as given, "builtin" the built-in model's, "none" without one
  double load_seconds = 0;
};

/// What can be said about the flags before anything is loaded: unknown dtype, format or device,
/// CUDA graphs without what they need, no such model. Throws as load_model.
void check_model_flags(const ModelFlags& flags);

/// Whether --cuda_graphs, where given, can be had: on a GPU and not with --packed_batch. Throws
/// UsageError, DeviceError.
void check_graph_flags(const ModelFlags& flags, bool packed_batch);

/// What --cuda_graphs asks for, or null without it. Throws as model::open_graph_recorder.
std::shared_ptr<decoding::BlockGraphs> make_graphs(const ModelFlags& flags,
                                                   const model::LladaModel& model);

/// Finds, checks and loads the model that the flags name (builtin: builtin_model.h). Throws
/// WeightsError, UsageError, DeviceError.
LoadedModel load_model(const ModelFlags& flags);

/// Tokens after which a scorer reads nothing: the model's end tokens, as far as it has them.
std::set<TokenId> end_tokens(const LoadedModel& loaded);

}  // namespace evotoken::programs
