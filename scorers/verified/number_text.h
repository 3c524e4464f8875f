// The one number of an answer to GSM8K or SVAMP, as an exact rational.
#pragma once

#include <gmpxx.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evotoken::scorers::verified {

/// A number with what had to be normalised to read it: "last_side", "thousands", "currency",
/// "units", "percent", "degrees", "fraction", "mixed_number", "clock".
struct NumberText {
  std::optional<mpq_class> value;  ///< nothing: malformed
  bool too_long = false;           ///< more digits than are read: a scorer's limit, not malformed
  std::vector<std::string> flags;
};

/// Spec: scoring.md, "Verified grader", Numbers. Reads the number of `answer`: decimal, fraction or
/// mixed number, thousands in proper groups of three, with currency, unit words and percent around
/// it. Of a chain of "=" the last side that holds a number. Malformed: no number, two unequal
/// numbers, arithmetic, any command that is not known here.
NumberText read_number(std::string_view answer);

}  // namespace evotoken::scorers::verified
