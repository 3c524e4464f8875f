// The string normalisation by which the published parser compares MATH answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace evotoken::scorers::reference {

/// `text` (valid UTF-8) after the nine steps of scoring.md, "MATH500"; nothing where one of them
/// raises in Python.
std::optional<std::string> normalise_math(std::string_view text);

/// Whether two answers count as equal: both normalised, or, if either raises, as they stand.
bool math_answers_equal(std::string_view left, std::string_view right);

}  // namespace evotoken::scorers::reference
