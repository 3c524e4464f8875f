#include "engine/tokenizer/utf8.h"

#include <utf8proc.h>

namespace evotoken::tokenizer {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned byte_at(std::string_view text, std::size_t position) {
  return static_cast<unsigned char>(text[position]);
}

/// What a lead byte allows: how long the sequence is and the range of its second byte. The range
/// excludes overlong forms, surrogates and code points past U+10FFFF (Unicode, table 3-7).
struct Lead {
  std::size_t length;
  unsigned second_min;
  unsigned second_max;
};

Lead lead_of(unsigned byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

/// How many bytes at `position` stand for one character. `valid` says whether they are one; else
/// they are the longest beginning of one.
std::size_t measure(std::string_view bytes, std::size_t position, bool& valid) {
  const unsigned first = byte_at(bytes, position);
  valid = first < 0x80;
  if (valid) return 1;
  const Lead lead = lead_of(first);
  std::size_t length = 1;
  while (length < lead.length && position + length < bytes.size()) {
    const unsigned byte = byte_at(bytes, position + length);
    const bool fits = length == 1 ? byte >= lead.second_min && byte <= lead.second_max
                                  : byte >= 0x80 && byte <= 0xBF;
    if (!fits) break;
    ++length;
  }
  valid = length == lead.length;
  return length;
}

bool in_range(char32_t code_point, char32_t first, char32_t last) {
  return code_point >= first && code_point <= last;
}

}  // namespace

std::string to_valid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t position = 0; position < bytes.size();) {
    bool valid = false;
    const std::size_t length = measure(bytes, position, valid);
    text += valid ? bytes.substr(position, length) : kReplacement;
    position += length;
  }
  return text;
}

std::size_t sequence_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte >= 0xF0) return 4;
  if (byte >= 0xE0) return 3;
  return byte >= 0xC0 ? 2 : 1;
}

char32_t next_code_point(std::string_view text, std::size_t& position) {
  const std::size_t length = sequence_length(text[position]);
  const unsigned first = byte_at(text, position);
  char32_t code_point = length == 1 ? first : first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    code_point = (code_point << 6) | (byte_at(text, position + i) & 0x3Fu);
  }
  position += length;
  return code_point;
}

char32_t previous_code_point(std::string_view text, std::size_t& position) {
  do {
    --position;
  } while (position > 0 && (byte_at(text, position) & 0xC0u) == 0x80u);
  std::size_t start = position;
  return next_code_point(text, start);
}

void append_utf8(char32_t code_point, std::string& text) {
  utf8proc_uint8_t bytes[4];
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes);
  for (utf8proc_ssize_t i = 0; i < length; ++i) text += static_cast<char>(bytes[i]);
}

bool is_white_space(char32_t c) {
  return in_range(c, 0x09, 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         in_range(c, 0x2000, 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

}  // namespace evotoken::tokenizer
