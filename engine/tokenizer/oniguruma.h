// Oniguruma's regular expressions, which tokenizer.json is written in, in the words of RE2 and
// PCRE2.
#pragma once

#include <string>
#include <string_view>

namespace evotoken::tokenizer {

enum class RegexDialect { kRe2, kPcre2 };

/// `pattern` so that RE2 or PCRE2 (with UTF and UCP) matches what Oniguruma does: `\s`, `\d`, `\w`,
/// `\h` and `\v` become explicit Unicode classes, `(?m:` becomes `(?s:`, `{1,3}+` repeats a
/// repetition, `^` and `$` mean lines. What remains may still be too much for RE2 (look-around),
/// which says so itself when it compiles. Throws std::invalid_argument naming a construct that
/// cannot be said: class intersections, POSIX brackets, back references, `\X` and the like.
std::string translate_oniguruma(std::string_view pattern, RegexDialect dialect);

}  // namespace evotoken::tokenizer
