// UTF-8, and what counts as white space.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace evotoken::tokenizer {

/// `bytes` with every maximal broken sequence replaced by U+FFFD, as Rust's `from_utf8_lossy` and
/// Python's `decode("utf-8", "replace")` do.
std::string to_valid_utf8(std::string_view bytes);

/// The code point that starts at `position` of valid UTF-8; `position` moves behind it.
char32_t next_code_point(std::string_view text, std::size_t& position);

/// The code point that ends at `position` of valid UTF-8 (> 0); `position` moves before it.
char32_t previous_code_point(std::string_view text, std::size_t& position);

/// Bytes of the sequence that `lead` opens; 1 for a byte that cannot open one.
std::size_t sequence_length(char lead);

void append_utf8(char32_t code_point, std::string& text);

/// The Unicode property White_Space: `\s` of Oniguruma and of Rust's regex.
bool is_white_space(char32_t code_point);

}  // namespace evotoken::tokenizer
