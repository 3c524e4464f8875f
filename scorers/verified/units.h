// Units of answers: when two spellings are one unit, and when two units conflict.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace evotoken::scorers::verified {

/// Is `word`, outside \text, a unit rather than a product of variables ("cm", "hours")? Any word of
/// four letters or more behind a number counts what the number tells ("apples").
bool is_unit_word(std::string_view word);

/// The canonical name of a unit in words: "inches" → "inch", "sq. cm" → "cm^2", "miles per hour" →
/// "mile/hour". Empty for words that say no unit ("units", "square units", "th").
std::string canonical_unit(std::string_view words);

/// Do both sides name units, and different ones?
bool units_conflict(const std::set<std::string>& a, const std::set<std::string>& b);

}  // namespace evotoken::scorers::verified
