// What a user can choose about decoding. One description of the fields feeds the flags, --help, the
// JSON of reports and the keys of journals.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/choice.h"

namespace evotoken {
namespace decoding {

/// Grows with every change of the code that can change a decoded token: results of another version
/// are never gone on with.
inline constexpr std::int64_t kDecoderVersion = 4;

/// By which confidence positions are chosen.
enum class Remasking { kLowConfidence, kRandom };
/// Keys and values kept from a block's first pass: of all before the block, or of all around it.
enum class Cache { kNone, kPrefix, kDual };
/// What ends a sequence before its last block: an end token in a finished one.
enum class EarlyStop { kNone, kEos };

/// Defaults are the published evaluation's (spec: decoding.md, "Published settings").
struct DecodingOptions {
  std::string decoder = "evotoken";
  std::int64_t gen_length = 128;
  std::int64_t block_length = 32;
  std::int64_t diffusion_steps = 64;
  double temperature = 0.5;
  std::int64_t k_soft = 3;
  double alpha_soft_mask = 0.7;
  std::optional<double> threshold;
  std::optional<double> factor;
  Remasking remasking = Remasking::kLowConfidence;
  Cache cache = Cache::kNone;
  std::int64_t cache_refresh = 0;
  EarlyStop early_stop = EarlyStop::kNone;
  std::uint64_t seed = 42;

  bool operator==(const DecodingOptions& other) const = default;

  /// Calls `visitor(name, field, help)` for every field, in the order of --help.
  template <typename Visitor>
  void visit(Visitor&& visitor) {
    visitor("decoder", decoder, "how masks become tokens");
    visitor("gen_length", gen_length, "tokens to generate");
    visitor("block_length", block_length, "tokens per block; divides gen_length");
    visitor("diffusion_steps", diffusion_steps,
            "denoising steps in all; a multiple of the number of blocks");
    visitor("temperature", temperature, "of the Gumbel noise on the logits; 0 is greedy");
    visitor("k_soft", k_soft, "evotoken: tokens mixed in a soft token");
    visitor("alpha_soft_mask", alpha_soft_mask,
            "evotoken: weight of the mask in a masked position's soft token, 0 <= alpha < 1");
    visitor("threshold", threshold,
            "fix every position of at least this confidence, and the best one always");
    visitor("factor", factor,
            "fix the n-th most confident position while its confidence is >= 1 - factor/(n+1)");
    visitor("remasking", remasking, "confidence by which positions are chosen");
    visitor("cache", cache,
            "keys and values kept from a block's first pass: of all before the block (prefix) or "
            "around it (dual); other results, fewer rows");
    visitor("cache_refresh", cache_refresh,
            "with a cache: a full pass every so many steps of a block; 0 is at its start only");
    visitor("early_stop", early_stop, "eos: an end token in a finished block ends the sequence");
    visitor("seed", seed, "of all random numbers");
  }

  template <typename Visitor>
  void visit(Visitor&& visitor) const {
    const_cast<DecodingOptions*>(this)->visit(
        [&](const char* name, const auto& field, const char* help) { visitor(name, field, help); });
  }

  std::int64_t blocks() const { return gen_length / block_length; }
  std::int64_t steps_per_block() const { return diffusion_steps / blocks(); }
};

/// Throws UsageError that names the flag, what it was given and what is allowed: lengths that do
/// not divide, alpha outside [0, 1), negative temperature, an unknown decoder, threshold together
/// with factor.
void check(const DecodingOptions& options);

/// Throws UsageError when the options ask for more tokens of a soft token than the vocabulary has.
void check_vocabulary(const DecodingOptions& options, std::int64_t vocab_size);

/// All fields by name; an unset one is null.
nlohmann::ordered_json to_json(const DecodingOptions& options);

}  // namespace decoding

template <>
inline constexpr std::array<Choice<decoding::Remasking>, 2> kChoices<decoding::Remasking> = {
    {{decoding::Remasking::kLowConfidence, "low_confidence"},
     {decoding::Remasking::kRandom, "random"}}};
template <>
inline constexpr std::array<Choice<decoding::Cache>, 3> kChoices<decoding::Cache> = {
    {{decoding::Cache::kNone, "none"},
     {decoding::Cache::kPrefix, "prefix"},
     {decoding::Cache::kDual, "dual"}}};
template <>
inline constexpr std::array<Choice<decoding::EarlyStop>, 2> kChoices<decoding::EarlyStop> = {
    {{decoding::EarlyStop::kNone, "none"}, {decoding::EarlyStop::kEos, "eos"}}};

}  // namespace evotoken
