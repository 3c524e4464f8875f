// What Oniguruma's short classes hold, spelled out: RE2 and PCRE2 mean others by the same letters.
#pragma once

#include <string_view>

namespace evotoken::tokenizer::oniguruma {

// Insides of bracket classes.
inline constexpr std::string_view kSpace =
    R"(\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f})"
    R"(\x{3000})";
inline constexpr std::string_view kNotSpace =
    R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff})"
    R"(\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff})";
// Alphabetic, marks, decimal numbers, connectors, and Oniguruma's Latin-1 superscripts.
inline constexpr std::string_view kWordRest =
    R"(\p{Nl}\p{Pc}\x{b2}\x{b3}\x{b9}\x{bc}-\x{be}\x{24b6}-\x{24e9}\x{1f130}-\x{1f149})"
    R"(\x{1f150}-\x{1f169}\x{1f170}-\x{1f189})";
inline constexpr std::string_view kHexDigit = "0-9a-fA-F";

}  // namespace evotoken::tokenizer::oniguruma
