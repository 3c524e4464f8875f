// What the name of a results folder says about its run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evotoken::reports {

/// "{base}_kSoft_{k}_alphaSoftMask_{α}", the folder of one EvoToken setting.
struct EvoTokenDirectory {
  std::string base;
  std::int64_t k_soft = 0;
  std::string alpha_soft_mask;  ///< as spelled, e.g. "0.7"
};

/// Nothing when `directory` (a path; a trailing slash does not matter) is not named so: such a
/// folder holds a baseline.
std::optional<EvoTokenDirectory> parse_evotoken_directory(std::string_view directory);

/// The family that a directory belongs to: EvoToken folders to their base, any other to the longest
/// of `bases` that it equals or continues with "_…" ("out/eval_hard_mask" to "out/eval"), else to
/// itself.
std::string family_of(const std::string& directory, const std::vector<std::string>& bases);

/// How the folder of a file is called in reports: its path without a trailing slash, "." for none.
std::string directory_label(std::string_view folder);

/// Folder of one EvoToken setting under the published naming.
std::string evotoken_directory(const std::string& base, std::int64_t k_soft,
                               const std::string& alpha_soft_mask);

}  // namespace evotoken::reports
