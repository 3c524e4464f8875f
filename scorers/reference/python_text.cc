#include "scorers/reference/python_text.h"

#include <utf8proc.h>

namespace evotoken::scorers::reference {
namespace {

// Walks back from the end: continuation bytes are 10xxxxxx.
std::size_t start_of_last(std::string_view text) {
  std::size_t position = text.size() - 1;
  while (position > 0 && text.size() - position < 4 &&
         (static_cast<unsigned char>(text[position]) & 0xC0U) == 0x80U) {
    --position;
  }
  return position;
}

bool is_decimal(std::int32_t code_point) {
  return utf8proc_category(code_point) == UTF8PROC_CATEGORY_ND;
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t position) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + position;
  if (*bytes < 0x80) return {*bytes, 1};
  utf8proc_int32_t value = -1;
  const utf8proc_ssize_t length =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - position), &value);
  if (length <= 0) return {};
  return {value, static_cast<std::size_t>(length)};
}

std::string repair_utf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t ascii = i;
    while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
    repaired.append(text, ascii, i - ascii);
    if (i == text.size()) break;
    const CodePoint c = code_point_at(text, i);
    repaired.append(c.value < 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(i, c.bytes));
    i += c.bytes;
  }
  return repaired;
}

// CPython (Objects/unicodetype_db.h): category Zs, or bidirectional class WS, B or S.
bool is_python_space(std::int32_t code_point) {
  if (code_point < 0) return false;
  const utf8proc_property_t* property = utf8proc_get_property(code_point);
  return property->category == UTF8PROC_CATEGORY_ZS ||
         property->bidi_class == UTF8PROC_BIDI_CLASS_WS ||
         property->bidi_class == UTF8PROC_BIDI_CLASS_B ||
         property->bidi_class == UTF8PROC_BIDI_CLASS_S;
}

// Unicode guarantees that decimal digits come in ascending runs of ten (some scripts back to back),
// so the distance to the start of the run gives the value.
std::optional<int> decimal_digit(std::int32_t code_point) {
  if (code_point >= '0' && code_point <= '9') return code_point - '0';
  if (code_point < 0x80 || !is_decimal(code_point)) return std::nullopt;
  std::int32_t first = code_point;
  while (is_decimal(first - 1)) --first;
  return (code_point - first) % 10;
}

std::string_view strip(std::string_view text) {
  while (!text.empty()) {
    const CodePoint c = code_point_at(text, 0);
    if (!is_python_space(c.value)) break;
    text.remove_prefix(c.bytes);
  }
  while (!text.empty()) {
    const std::size_t last = start_of_last(text);
    const CodePoint c = code_point_at(text, last);
    if (!is_python_space(c.value) || last + c.bytes != text.size()) break;
    text.remove_suffix(c.bytes);
  }
  return text;
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  std::string replaced;
  replaced.reserve(text.size());
  std::size_t position = 0;
  for (std::size_t found; (found = text.find(from, position)) != std::string_view::npos;
       position = found + from.size()) {
    replaced.append(text.substr(position, found - position)).append(to);
  }
  return replaced.append(text.substr(position));
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

std::optional<std::string_view> first_answer_tag(std::string_view text) {
  constexpr std::string_view kOpen = "<answer>";
  const std::size_t open = text.find(kOpen);
  if (open == std::string_view::npos) return std::nullopt;
  text.remove_prefix(open + kOpen.size());
  // No close after the first open means none after a later one either.
  const std::size_t close = text.find("</answer>");
  if (close == std::string_view::npos) return std::nullopt;
  return strip(text.substr(0, close));
}

}  // namespace evotoken::scorers::reference
