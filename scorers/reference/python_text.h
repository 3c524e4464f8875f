// Text as Python's `str` sees it: code points, Unicode white space, Unicode decimal digits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace evotoken::scorers::reference {

/// One code point of a UTF-8 text and the number of bytes that it takes.
struct CodePoint {
  std::int32_t value = -1;  // -1 where the bytes are not UTF-8
  std::size_t bytes = 1;
};

/// The code point that starts at byte `position` (below text.size()). Never fails: a byte that is
/// not UTF-8 counts as one unknown character.
CodePoint code_point_at(std::string_view text, std::size_t position);

/// `text` with every byte that is not part of valid UTF-8 replaced by U+FFFD. The published parser
/// only ever saw decoded text, and JSON can hold nothing else.
std::string repair_utf8(std::string_view text);

/// `str.isspace` of one character, which is also what `\s` matches in Python's `re`.
bool is_python_space(std::int32_t code_point);

/// The value 0–9 of a character that `\d` matches (Unicode category Nd), nothing for others. Which
/// digits exist depends on the Unicode version: utf8proc 2.8 knows 15.0 like Python 3.12, Python
/// 3.11 knows 14.0, which lacks the digits of Kawi and Nag Mundari.
std::optional<int> decimal_digit(std::int32_t code_point);

/// `str.strip()`.
std::string_view strip(std::string_view text);

/// `str.replace(from, to)`: left to right, without looking at what was put in. `from` is not empty.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// `text.count(part)`, occurrences that do not overlap. `part` is not empty.
std::size_t count_of(std::string_view text, std::string_view part);

/// The content of the first `<answer>(.*?)</answer>` (dot matches newline), stripped.
std::optional<std::string_view> first_answer_tag(std::string_view text);

}  // namespace evotoken::scorers::reference
