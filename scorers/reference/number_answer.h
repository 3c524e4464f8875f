// The number that GSM8K and SVAMP read out of a generation: one rule, two tasks.
#pragma once

#include <optional>
#include <string_view>

#include "scorers/scorer.h"

namespace evotoken::scorers::reference {

/// The first box that holds a number, else the number of the first `<answer>…</answer>` (spec:
/// scoring.md, "GSM8K, SVAMP"). `text` is valid UTF-8. Nothing where neither yields one.
std::optional<double> extract_number(std::string_view text);

/// The grade of `generation` (any bytes) against a gold number; no gold equals nothing.
Grade grade_number(std::string_view generation, std::optional<double> gold);

}  // namespace evotoken::scorers::reference
