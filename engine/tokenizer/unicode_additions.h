// Characters that are younger than the Unicode tables of the regex libraries.
#pragma once

#include <string_view>

namespace evotoken::tokenizer {

/// What Unicode 15 and 16 added to a general category or a common script ("L", "Nd", "Han"), as the
/// inside of a bracket class; empty for other names. Debian 12's PCRE2 knows Unicode 14 and its RE2
/// 15; the Oniguruma of tokenizers 0.21.4 knows 16. A library that knows them already is not
/// disturbed.
std::string_view unicode_additions(std::string_view category);

}  // namespace evotoken::tokenizer
