#include "programs/model_flags.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "base/error.h"
#include "engine/kernels/predict_rows.h"
#include "engine/model/device.h"
#include "engine/model/load_model.h"
#include "engine/tokenizer/byte_tokenizer.h"
#include "engine/weights/model_folder.h"
#include "engine/weights/random_checkpoint.h"

namespace evotoken::programs {
namespace fs = std::filesystem;

namespace {

/// The built-in model: LLaDA's layout at toy size, over bytes. Made once; a version in its name
/// keeps results of different ones apart.
fs::path builtin_model_folder() {
  const fs::path folder = fs::path(cache_folder()) / "random-model-v2";
  if (fs::exists(folder / "config.json")) return folder;  // written last
  const tokenizer::ByteTokenizerIds ids = tokenizer::write_byte_tokenizer(folder);
  weights::RandomCheckpointOptions options;
  options.type = weights::ElementType::kF32;
  options.config.d_model = 32;
  options.config.n_layers = 1;
  options.config.n_heads = 2;
  options.config.n_kv_heads = 2;
  options.config.mlp_hidden_size = 96;
  options.config.vocab_size = ids.vocab_size;
  options.config.max_sequence_length = 4096;
  options.config.rope_theta = 500000.0;
  options.config.mask_token_id = ids.mask;
  options.config.eos_token_id = ids.end_of_text;
  options.config.pad_token_id = ids.end_of_text;
  weights::write_random_checkpoint(folder, options);
  return folder;
}

/// The device that the flag asks for, as far as this program has kernels for it.
c10::Device open_built_device(const std::string& name) {
  const c10::Device device = model::open_device(name);
  if (device.is_cpu() || kernels::built_with_cuda()) return device;
  if (name != "auto") {
    throw DeviceError(
        fmt::format("--device {}: this program was built without CUDA kernels, expected "
                    "nvcc at build time; install the CUDA toolkit and build again, or use "
                    "--device cpu",
                    name));
  }
  fmt::print(stderr, "a GPU is there, but this program was built without nvcc: using the CPU\n");
  return c10::Device(c10::kCPU);
}

void check_vocabulary(const tokenizer::Tokenizer& tokenizer, const weights::ModelConfig& config,
                      const fs::path& folder) {
  if (tokenizer.vocab_size() > static_cast<std::size_t>(config.vocab_size)) {
    throw WeightsError(
        fmt::format("{}: tokenizer.json has {} tokens, config.json {} rows; the files do "
                    "not belong together",
                    folder.string(), tokenizer.vocab_size(), config.vocab_size));
  }
}

}  // namespace

std::string cache_folder() {
  const char* const xdg = std::getenv("XDG_CACHE_HOME");
  if (xdg != nullptr && *xdg != '\0') return std::string(xdg) + "/evotoken-eval";
  const char* const home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    throw UsageError(
        "HOME: not set, expected the user's home folder for the cache; set HOME or "
        "XDG_CACHE_HOME");
  }
  return std::string(home) + "/.cache/evotoken-eval";
}

void add_model_flags(CLI::App& app, ModelFlags& flags) {
  const auto add = [&](const char* name, std::string& value, const char* help) {
    app.add_option(name, value, help)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->capture_default_str()
        ->group("Model");
  };
  add("--model_path", flags.model_path,
      "model folder in Hugging Face layout, org/name in the local Hugging Face cache, or builtin");
  add("--checkpoint_path", flags.checkpoint_path, "LoRA adapter folder in PEFT layout, or none");
  add("--dtype", flags.dtype, "auto (the checkpoint's), float32, bfloat16, float16");
  add("--device", flags.device, "auto (a GPU if one is usable), cpu, cuda, cuda:N");
  app.add_flag("--unmerged_lora", flags.unmerged_lora,
               "keep the adapter apart from the weights, as PEFT does")
      ->group("Model");
}

void check_model_flags(const ModelFlags& flags) {
  model::parse_dtype(flags.dtype);
  open_built_device(flags.device);
  if (flags.model_path != "builtin") weights::resolve_model_folder(flags.model_path, "config.json");
}

LoadedModel load_model(const ModelFlags& flags) {
  const auto start = std::chrono::steady_clock::now();
  const bool builtin = flags.model_path == "builtin";
  const bool adapted = flags.checkpoint_path != "none" && !flags.checkpoint_path.empty();
  model::LoadOptions options;
  options.dtype = model::parse_dtype(flags.dtype);
  options.device = open_built_device(flags.device);
  options.model_folder = builtin ? builtin_model_folder()
                                 : weights::resolve_model_folder(flags.model_path, "config.json");
  if (adapted) {
    options.adapter_folder =
        weights::resolve_model_folder(flags.checkpoint_path, "adapter_config.json");
  }
  options.merge_adapter = !flags.unmerged_lora;

  LoadedModel loaded{tokenizer::Tokenizer::load(options.model_folder),
                     model::load_model(options),
                     options.model_folder,
                     options.adapter_folder,
                     flags.model_path,
                     adapted ? flags.checkpoint_path : "none",
                     builtin,
                     0};
  check_vocabulary(loaded.tokenizer, loaded.model.config(), options.model_folder);
  loaded.load_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return loaded;
}

}  // namespace evotoken::programs
