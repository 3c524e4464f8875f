// The committed answer of a generation: one rule for all tasks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evotoken::scorers::verified {

/// What was found. Without `answer` the flags say whether the generation was cut off.
struct Extraction {
  std::optional<std::string> answer;  ///< trimmed, never empty
  std::vector<std::string> flags;     ///< of scorers::flag
};

/// Spec: scoring.md, "Verified grader", Extraction. Cuts `generation` at its first end token, then
/// takes the first of: the last complete box that is neither empty nor dots; the last unclosed box;
/// the last non-empty `<answer>`; the number after the last `####`. Linear in the text's size.
Extraction extract_answer(std::string_view generation);

}  // namespace evotoken::scorers::verified
