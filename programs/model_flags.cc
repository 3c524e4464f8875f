#include "programs/model_flags.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <optional>

#include "base/error.h"
#include "base/note.h"
#include "base/stopwatch.h"
#include "engine/kernels/predict_rows.h"
#include "engine/model/cuda_graph.h"
#include "engine/model/device.h"
#include "engine/model/load_model.h"
#include "engine/weights/model_folder.h"
#include "programs/builtin_model.h"

namespace evotoken::programs {
namespace fs = std::filesystem;

namespace {

constexpr const char* kBuiltin = "builtin";

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
  note("a GPU is there, but this program was built without nvcc: using the CPU\n");
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

/// What results say of the adapter: the flag's text, with auto resolved.
std::string adapter_name(const ModelFlags& flags, bool adapted) {
  if (!adapted) return "none";
  return flags.checkpoint_path == "auto" ? "builtin" : flags.checkpoint_path;
}

}  // namespace

void add_model_flags(CLI::App& app, ModelFlags& flags) {
  const auto add = [&](const char* name, std::string& value, const char* type, const char* help) {
    app.add_option(name, value, help)->capture_default_str()->type_name(type)->group("Model");
  };
  add("--model_path", flags.model_path, "DIR",
      "model folder in Hugging Face layout, org/name in the local Hugging Face cache, or builtin");
  add("--checkpoint_path", flags.checkpoint_path, "DIR",
      "LoRA adapter folder in PEFT layout, none, or auto (the built-in model's own, else none)");
  add("--dtype", flags.dtype, "{auto,float32,bfloat16,float16}",
      "of the weights; auto is the checkpoint's (of the built-in model on a CPU: float32)");
  add("--quantization", flags.quantization, "{none,int8,fp8}",
      "of the layers: weights in 8 bits (int8), activations as well (fp8); other results, less\n"
      "memory");
  add("--device", flags.device, "{auto,cpu,cuda,cuda:N}", "auto is a GPU if one is usable");
  app.add_flag(
         "--cuda_graphs", flags.cuda_graphs,
         "on a GPU: record denoising steps and replay them, a block without the host; the same\n"
         "results with fewer launches (not with --packed_batch; a trace needs the host's steps)")
      ->group("Model");
  app.add_flag("--unmerged_lora", flags.unmerged_lora,
               "keep the adapter apart from the weights, as PEFT does")
      ->group("Model");
}

void check_graph_flags(const ModelFlags& flags, bool packed_batch) {
  if (!flags.cuda_graphs) return;
  if (packed_batch) {
    throw UsageError(
        "--packed_batch: given together with --cuda_graphs, expected one of the two; leave one "
        "out");
  }
  model::open_graph_recorder(open_built_device(flags.device));
}

void check_model_flags(const ModelFlags& flags) {
  model::parse_dtype(flags.dtype);
  parse_choice<model::Quantization>("--quantization", flags.quantization);
  open_built_device(flags.device);
  check_graph_flags(flags, /*packed_batch=*/false);
  if (flags.model_path != kBuiltin) weights::resolve_model_folder(flags.model_path, "config.json");
}

std::shared_ptr<decoding::BlockGraphs> make_graphs(const ModelFlags& flags,
                                                   const model::LladaModel& model) {
  if (!flags.cuda_graphs) return nullptr;
  return std::make_shared<decoding::BlockGraphs>(model, model::open_graph_recorder(model.device()));
}

LoadedModel load_model(const ModelFlags& flags) {
  const auto start = std::chrono::steady_clock::now();
  const bool builtin = flags.model_path == kBuiltin;
  model::LoadOptions options;
  options.dtype = model::parse_dtype(flags.dtype);
  options.device = open_built_device(flags.device);
  // The built-in model's bfloat16 is for its size on disk; few CPUs compute in it as fast.
  if (builtin && options.device.is_cpu() && !options.dtype) options.dtype = c10::kFloat;
  options.model_folder = builtin ? builtin_model_folder()
                                 : weights::resolve_model_folder(flags.model_path, "config.json");
  if (flags.checkpoint_path == "auto") {
    if (builtin) options.adapter_folder = builtin_adapter_folder();
  } else if (flags.checkpoint_path != "none" && !flags.checkpoint_path.empty()) {
    options.adapter_folder =
        weights::resolve_model_folder(flags.checkpoint_path, "adapter_config.json");
  }
  options.merge_adapter = !flags.unmerged_lora;
  options.quantization = parse_choice<model::Quantization>("--quantization", flags.quantization);
  options.for_inference = true;

  LoadedModel loaded{tokenizer::Tokenizer::load(options.model_folder),
                     model::load_model(options),
                     nullptr,
                     options.model_folder,
                     options.adapter_folder,
                     flags.model_path,
                     adapter_name(flags, options.adapter_folder.has_value()),
                     0};
  loaded.graphs = make_graphs(flags, loaded.model);
  check_vocabulary(loaded.tokenizer, loaded.model.config(), options.model_folder);
  loaded.load_seconds = seconds_since(start);
  return loaded;
}

std::set<TokenId> end_tokens(const LoadedModel& loaded) {
  std::set<TokenId> ends = {static_cast<TokenId>(loaded.model.config().eos_token_id)};
  for (const char* text : {"<|eot_id|>", "<|endoftext|>"}) {
    const std::vector<TokenId> ids = loaded.tokenizer.encode(text);
    if (ids.size() == 1) ends.insert(ids[0]);
  }
  return ends;
}

}  // namespace evotoken::programs
