// evotoken-random-model: writes a model of random weights in LLaDA's layout, of any size, for tests
// of loading, memory and speed. Its answers mean nothing.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/error.h"
#include "base/files.h"
#include "engine/tokenizer/byte_tokenizer.h"
#include "engine/tokenizer/tokenizer.h"
#include "engine/weights/random_checkpoint.h"
#include "programs/main.h"
#include "programs/output.h"

namespace {

using namespace evotoken;

/// How many rows of embedding the tokenizer in `source` needs at least, or that of bytes without
/// one. Throws DataError for a tokenizer whose special tokens lie elsewhere.
std::int64_t tokens_of(const std::string& source) {
  const tokenizer::ByteTokenizerIds ours;
  if (source.empty()) return ours.vocab_size;
  const auto given = tokenizer::Tokenizer::load(source);
  if (given.token_id("<|mdm_mask|>") != static_cast<TokenId>(ours.mask) ||
      given.token_id("<|endoftext|>") != static_cast<TokenId>(ours.end_of_text)) {
    throw DataError(
        fmt::format("{}: not a tokenizer of evotoken-train-tokenizer (its mask is not "
                    "token {}); train one, or leave out --tokenizer",
                    source, ours.mask));
  }
  return static_cast<std::int64_t>(given.vocab_size());
}

/// Puts that tokenizer into the model's folder.
void put_tokenizer(const std::string& folder, const std::string& source) {
  if (source.empty()) {
    tokenizer::write_byte_tokenizer(folder);
    return;
  }
  for (const char* name : {"tokenizer.json", "tokenizer_config.json"}) {
    write_file_atomically(std::filesystem::path(folder) / name,
                          read_file(std::filesystem::path(source) / name));
  }
}

int run(const std::string& folder, const std::string& dtype, const std::string& tokenizer_folder,
        weights::RandomCheckpointOptions options) {
  programs::refuse_stdout({"DIR", folder}, "a folder");
  const std::map<std::string, weights::ElementType> types = {
      {"bfloat16", weights::ElementType::kBF16},
      {"float16", weights::ElementType::kF16},
      {"float32", weights::ElementType::kF32}};
  options.type = types.at(dtype);
  weights::ModelConfig& config = options.config;
  if (config.n_kv_heads == 0) config.n_kv_heads = config.n_heads;
  if (config.d_model % config.n_heads != 0 || config.head_dim() % 2 != 0 ||
      config.n_heads % config.n_kv_heads != 0) {
    throw UsageError(
        fmt::format("--n_heads: {} for --d_model {} and --n_kv_heads {}, expected a divisor of "
                    "d_model that leaves heads of even size, and a multiple of n_kv_heads",
                    config.n_heads, config.d_model, config.n_kv_heads));
  }
  // Nothing is written before all is checked, and the tokenizer last: a folder that has one is
  // whole.
  const std::int64_t tokens = tokens_of(tokenizer_folder);
  if (config.vocab_size == 0) config.vocab_size = tokens;
  if (config.vocab_size < tokens) {
    throw UsageError(fmt::format("--vocab_size: {}, expected at least the {} of the tokenizer",
                                 config.vocab_size, tokens));
  }
  const tokenizer::ByteTokenizerIds ids;
  config.mask_token_id = ids.mask;
  config.eos_token_id = ids.end_of_text;
  config.pad_token_id = ids.end_of_text;
  weights::write_random_checkpoint(folder, options);
  put_tokenizer(folder, tokenizer_folder);
  const std::int64_t parameters = weights::parameter_count(config);
  fmt::print("{}: {} parameters, {} bytes of weights in {}\n", folder, parameters,
             parameters * static_cast<std::int64_t>(weights::element_size_bytes(options.type)),
             dtype);
  return static_cast<int>(ExitStatus::kSuccess);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Writes a model of random weights in LLaDA's layout.", "evotoken-random-model");
  std::string folder;
  std::string dtype = "bfloat16";
  std::string tokenizer_folder;
  weights::RandomCheckpointOptions options;
  weights::ModelConfig& config = options.config;
  config.d_model = 256;
  config.n_layers = 4;
  config.n_heads = 8;
  config.mlp_hidden_size = 768;
  config.max_sequence_length = 4096;
  config.rope_theta = 500000.0;
  app.add_option("DIR", folder, "where the model goes")->required();
  app.add_option("--tokenizer", tokenizer_folder,
                 "folder with a tokenizer of evotoken-train-tokenizer; default: bytes")
      ->type_name("DIR");
  app.add_option("--max_sequence_length", config.max_sequence_length, "longest sequence, in tokens")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--d_model", config.d_model, "width of the residual stream")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--n_layers", config.n_layers, "transformer layers")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--n_heads", config.n_heads, "attention heads")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--n_kv_heads", config.n_kv_heads, "key/value heads; default: n_heads")
      ->check(CLI::PositiveNumber);
  app.add_option("--mlp_hidden_size", config.mlp_hidden_size, "width of the feed-forward layers")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--vocab_size", config.vocab_size, "rows of embedding and head; default: tokens")
      ->check(CLI::PositiveNumber);
  app.add_flag("--weight_tying", config.weight_tying, "head = embedding");
  app.add_option("--seed", options.seed, "of the weights")->capture_default_str();
  app.add_option("--dtype", dtype, "of the weights")
      ->check(CLI::IsMember({"bfloat16", "float16", "float32"}))
      ->capture_default_str();
  app.add_option("--max_shard_bytes", options.max_shard_bytes, "larger models are sharded")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  return evotoken::programs::run_main(
      app, argc, argv, [&] { return run(folder, dtype, tokenizer_folder, options); });
}
