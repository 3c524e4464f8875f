#include "engine/decoding/options.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "engine/decoding/decoder.h"

namespace evotoken::decoding {
namespace {

void demand(bool holds, const char* flag, const std::string& found, const std::string& expected) {
  if (!holds) {
    throw UsageError(fmt::format("--{}: {}, expected {}; change the flag", flag, found, expected));
  }
}

void check_lengths(const DecodingOptions& options) {
  demand(options.gen_length > 0, "gen_length", fmt::format("{}", options.gen_length),
         "a positive number of tokens");
  demand(options.block_length > 0, "block_length", fmt::format("{}", options.block_length),
         "a positive number of tokens");
  demand(
      options.gen_length % options.block_length == 0, "block_length",
      fmt::format("{} does not divide --gen_length {}", options.block_length, options.gen_length),
      "a divisor of gen_length");
  demand(options.diffusion_steps > 0 && options.diffusion_steps % options.blocks() == 0,
         "diffusion_steps", fmt::format("{}", options.diffusion_steps),
         fmt::format("a positive multiple of the {} blocks", options.blocks()));
}

void check_unit_interval(const char* flag, const std::optional<double>& value) {
  if (value)
    demand(*value >= 0 && *value <= 1, flag, fmt::format("{}", *value), "a number from 0 to 1");
}

struct JsonWriter {
  nlohmann::ordered_json& json;

  void operator()(const char* name, const std::optional<double>& value,
                  const char* /*help*/) const {
    json[name] = value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
  }
  void operator()(const char* name, const Chosen auto& value, const char* /*help*/) const {
    json[name] = choice_name(value);
  }
  void operator()(const char* name, const auto& value, const char* /*help*/) const {
    json[name] = value;
  }
};

}  // namespace

void check(const DecodingOptions& options) {
  find_decoder(options.decoder);
  check_lengths(options);
  demand(options.temperature >= 0 && std::isfinite(options.temperature), "temperature",
         fmt::format("{}", options.temperature), "a number of at least 0");
  demand(options.k_soft > 0, "k_soft", fmt::format("{}", options.k_soft), "at least 1");
  demand(options.alpha_soft_mask >= 0 && options.alpha_soft_mask < 1, "alpha_soft_mask",
         fmt::format("{}", options.alpha_soft_mask),
         "0 <= alpha < 1 (at 1 the weights alpha/(1-alpha) divide by zero)");
  check_unit_interval("threshold", options.threshold);
  if (options.factor) {
    demand(*options.factor > 0 && std::isfinite(*options.factor), "factor",
           fmt::format("{}", *options.factor), "a positive number");
  }
  demand(!(options.threshold && options.factor), "factor", "given together with --threshold",
         "one of the two");
  demand(options.cache_refresh >= 0, "cache_refresh", fmt::format("{}", options.cache_refresh),
         "at least 0");
}

void check_vocabulary(const DecodingOptions& options, std::int64_t vocab_size) {
  demand(options.k_soft < vocab_size, "k_soft", fmt::format("{}", options.k_soft),
         fmt::format("less than the {} rows of the vocabulary", vocab_size));
}

nlohmann::ordered_json to_json(const DecodingOptions& options) {
  nlohmann::ordered_json json;
  options.visit(JsonWriter{json});
  return json;
}

}  // namespace evotoken::decoding
