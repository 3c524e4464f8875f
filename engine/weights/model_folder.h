// Where a model's name leads: a folder, or a repository in the local Hugging Face cache.
#pragma once

#include <filesystem>
#include <string>

namespace evotoken::weights {

/// The folder of `name`: the folder of that path, or for "org/name" (optionally
/// "org/name@revision") the snapshot in the local Hugging Face cache: HF_HUB_CACHE, else
/// HF_HOME/hub, else ~/.cache/huggingface/hub. Never touches the network. Throws WeightsError that
/// says where it looked and which command fetches the model. `file` is what the folder must hold,
/// e.g. "config.json". Layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
std::filesystem::path resolve_model_folder(const std::string& name, const std::string& file);

/// XXH3-128 over names and contents of the JSON, Jinja and safetensors files of a folder: weights,
/// configuration, tokenizer and chat template. Reads all of them.
std::string model_folder_hash(const std::filesystem::path& folder);

}  // namespace evotoken::weights
