// The decoding options as flags: one value each, or lists that span a grid.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/decoding/options.h"

namespace evotoken::programs {

/// Flags of all fields of DecodingOptions, as text. An empty text is a flag that was not given.
class DecodingFlags {
 public:
  /// `defaults` fills fields that are not given; `default_lists` (flag → list) those that are a
  /// list by default.
  explicit DecodingFlags(decoding::DecodingOptions defaults = {},
                         std::map<std::string, std::string> default_lists = {});

  /// Adds a flag for every field, and --steps_factor.
  void add_to(CLI::App& app);

  /// Every combination of the lists, in the order of the flags, the first varying slowest; each
  /// checked. Fields that nothing reads (k_soft and alpha_soft_mask without soft tokens, remasking
  /// where the decoder has its own, cache_refresh without a cache) are reset, and what is then
  /// equal stands once. diffusion_steps is gen_length · steps_factor unless given. Throws
  /// UsageError naming the flag.
  std::vector<decoding::DecodingOptions> grid() const;

  /// The one combination. Throws UsageError when a flag holds a list.
  decoding::DecodingOptions single() const;

 private:
  /// `cells` times the values of one flag.
  std::vector<decoding::DecodingOptions> widened(std::vector<decoding::DecodingOptions> cells,
                                                 const std::string& name) const;
  /// `cell` with its diffusion_steps, given or by each steps_factor.
  std::vector<decoding::DecodingOptions> with_steps(const decoding::DecodingOptions& cell) const;

  decoding::DecodingOptions defaults_;
  std::map<std::string, std::string> texts_;
  std::string steps_factor_ = "0.5";
};

/// "a,b,c" as its parts, without blanks around them; throws UsageError for an empty part.
std::vector<std::string> split_list(const std::string& flag, const std::string& text);

/// The whole text as a number. Throws UsageError "--flag: "text" is not …".
std::int64_t parse_integer(const std::string& flag, const std::string& text);
double parse_real(const std::string& flag, const std::string& text);

}  // namespace evotoken::programs
