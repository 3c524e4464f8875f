#include "engine/weights/model_config.h"

#include <fmt/format.h>

#include <vector>

#include "base/error.h"
#include "base/files.h"

namespace evotoken::weights {
namespace {

using Json = nlohmann::ordered_json;

/// Fields whose value the engine takes for granted: any other value would compute something else.
/// A field that is absent has the value of LLaDA's own defaults, which is the supported one, except
/// where `required` says otherwise.
struct FixedField {
  const char* name;
  Json supported;
  bool required = false;
};

const std::vector<FixedField>& fixed_fields() {
  static const std::vector<FixedField> kFields = {
      {"model_type", "llada", true},
      {"block_type", "llama", true},
      {"activation_type", "silu", true},
      {"layer_norm_type", "rms", true},
      {"rope", true, true},
      {"alibi", false},
      {"include_bias", false, true},
      {"include_qkv_bias", false},
      {"bias_for_layer_norm", false},
      {"scale_logits", false},
      {"input_emb_norm", false},
      {"attention_layer_norm", false},
      {"layer_norm_with_affine", true},
      {"block_group_size", 1},
      {"multi_query_attention", false},
      {"clip_qkv", nullptr},
      {"rope_scaling", nullptr},
      {"quantization_config", nullptr},
  };
  return kFields;
}

/// Typed access to config.json with errors that name the field.
class ConfigReader {
 public:
  explicit ConfigReader(std::filesystem::path path) : path_(std::move(path)) {
    try {
      json_ = read_json_file(path_);
    } catch (const DataError& error) {
      throw WeightsError(error.what());
    }
    if (!json_.is_object()) throw WeightsError(path_.string() + ": expected a JSON object");
  }

  void check_fixed_fields() const {
    for (const FixedField& field : fixed_fields()) {
      const bool given = json_.contains(field.name) && !json_[field.name].is_null();
      if (!given && !field.required) continue;
      if (given && json_[field.name] == field.supported) continue;
      fail(field.name, given ? json_[field.name].dump() : "missing", field.supported.dump());
    }
  }

  std::int64_t positive(const char* name) const {
    const auto value = integer(name);
    constexpr std::int64_t kMost =
        100'000'000;  // far above any model; keeps products within 63 bits
    if (value <= 0 || value > kMost) fail(name, fmt::format("{}", value), "a positive integer");
    return value;
  }

  std::int64_t integer(const char* name) const {
    if (!has(name)) fail(name, "missing", "an integer");
    if (!json_[name].is_number_integer()) fail(name, json_[name].dump(), "an integer");
    return json_[name].get<std::int64_t>();
  }

  std::int64_t integer_or(const char* name, std::int64_t fallback) const {
    return has(name) ? integer(name) : fallback;
  }

  double positive_real_or(const char* name, double fallback) const {
    if (!has(name)) return fallback;
    if (!json_[name].is_number() || !(json_[name].get<double>() > 0)) {
      fail(name, json_[name].dump(), "a positive number");
    }
    return json_[name].get<double>();
  }

  bool boolean_or(const char* name, bool fallback) const {
    if (!has(name)) return fallback;
    if (!json_[name].is_boolean()) fail(name, json_[name].dump(), "true or false");
    return json_[name].get<bool>();
  }

  bool has(const char* name) const { return json_.contains(name) && !json_[name].is_null(); }

  [[noreturn]] void fail(const char* name, const std::string& found,
                         const std::string& supported) const {
    throw WeightsError(fmt::format("{}: field \"{}\" is {}, supported: {}; use a LLaDA checkpoint",
                                   path_.string(), name, found, supported));
  }

 private:
  std::filesystem::path path_;
  Json json_;
};

/// Ids that must be rows of the embedding.
void check_token_id(const ConfigReader& reader, const char* name, std::int64_t id,
                    std::int64_t vocab_size) {
  if (id < 0 || id >= vocab_size) {
    reader.fail(name, fmt::format("{}", id), fmt::format("0 to {}", vocab_size - 1));
  }
}

}  // namespace

ModelConfig read_model_config(const std::filesystem::path& model_dir) {
  const ConfigReader reader(model_dir / "config.json");
  reader.check_fixed_fields();

  ModelConfig config;
  config.d_model = reader.positive("d_model");
  config.n_layers = reader.positive("n_layers");
  config.n_heads = reader.positive("n_heads");
  config.n_kv_heads = reader.has("n_kv_heads") ? reader.positive("n_kv_heads") : config.n_heads;
  config.mlp_hidden_size = reader.has("mlp_hidden_size")
                               ? reader.positive("mlp_hidden_size")
                               : reader.positive("mlp_ratio") * config.d_model;
  const bool embedding_size_given = reader.integer_or("embedding_size", 0) > 0;
  config.vocab_size = reader.positive(embedding_size_given ? "embedding_size" : "vocab_size");
  config.max_sequence_length = reader.positive("max_sequence_length");
  config.rms_norm_eps = reader.positive_real_or("rms_norm_eps", config.rms_norm_eps);
  config.rope_theta = reader.positive_real_or("rope_theta", config.rope_theta);
  config.rope_full_precision = reader.boolean_or("rope_full_precision", true);
  if (!reader.has("weight_tying")) reader.fail("weight_tying", "missing", "true or false");
  config.weight_tying = reader.boolean_or("weight_tying", false);
  config.mask_token_id = reader.integer("mask_token_id");
  config.eos_token_id = reader.integer("eos_token_id");
  config.pad_token_id = reader.integer_or("pad_token_id", config.eos_token_id);

  if (config.d_model % config.n_heads != 0 || config.head_dim() % 2 != 0) {
    reader.fail(
        "n_heads", fmt::format("{}", config.n_heads),
        fmt::format("a divisor of d_model {} that leaves heads of even size", config.d_model));
  }
  if (config.n_heads % config.n_kv_heads != 0) {
    reader.fail("n_kv_heads", fmt::format("{}", config.n_kv_heads),
                fmt::format("a divisor of n_heads {}", config.n_heads));
  }
  check_token_id(reader, "mask_token_id", config.mask_token_id, config.vocab_size);
  check_token_id(reader, "eos_token_id", config.eos_token_id, config.vocab_size);
  check_token_id(reader, "pad_token_id", config.pad_token_id, config.vocab_size);
  return config;
}

nlohmann::ordered_json to_json(const ModelConfig& config, const std::string& torch_dtype) {
  Json json = {{"architectures", {"LLaDAModelLM"}}, {"torch_dtype", torch_dtype}};
  for (const FixedField& field : fixed_fields()) {
    if (!field.supported.is_null()) json[field.name] = field.supported;
  }
  // LLaDA's code refuses `false` beside fewer key/value heads than query heads; null leaves it to
  // them.
  json["multi_query_attention"] = nullptr;
  json["d_model"] = config.d_model;
  json["n_layers"] = config.n_layers;
  json["n_heads"] = config.n_heads;
  json["n_kv_heads"] = config.n_kv_heads;
  // Read by nobody while mlp_hidden_size is there, but LLaDA's code wants it.
  json["mlp_ratio"] = 4;
  json["mlp_hidden_size"] = config.mlp_hidden_size;
  json["vocab_size"] = config.vocab_size;
  json["embedding_size"] = config.vocab_size;
  json["max_sequence_length"] = config.max_sequence_length;
  json["rms_norm_eps"] = config.rms_norm_eps;
  json["rope_theta"] = config.rope_theta;
  json["rope_full_precision"] = config.rope_full_precision;
  json["weight_tying"] = config.weight_tying;
  json["mask_token_id"] = config.mask_token_id;
  json["eos_token_id"] = config.eos_token_id;
  json["pad_token_id"] = config.pad_token_id;
  return json;
}

}  // namespace evotoken::weights
