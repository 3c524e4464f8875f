// Recursive descent by RFC 8259. The library's lexer looks at each byte several times and appends
// it to two buffers; here a string is copied in the stretches between its escapes. Whatever is
// wrong or rare is left to the library, which has the messages.
#include "reports/plain_json.h"

#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include "base/files.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

/// The bytes of the UTF-8 sequence at the begin of `text` (RFC 3629, section 4); 0 where it is
/// none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

void append_utf8(std::uint32_t c, std::string& out) {
  const auto tail = [c](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += {static_cast<char>(0xC0 | (c >> 6)), tail(0)};
  } else if (c < 0x10000) {
    out += {static_cast<char>(0xE0 | (c >> 12)), tail(6), tail(0)};
  } else {
    out += {static_cast<char>(0xF0 | (c >> 18)), tail(12), tail(6), tail(0)};
  }
}

/// Each read_ function takes what it reads off `rest_`; false: not plain JSON.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool read_document(Json& value) {
    if (!read_value(value, 0)) return false;
    skip_space();
    return rest_.empty();
  }

 private:
  void skip_space() {
    while (!rest_.empty() &&
           (rest_[0] == ' ' || rest_[0] == '\n' || rest_[0] == '\r' || rest_[0] == '\t')) {
      rest_.remove_prefix(1);
    }
  }

  bool take(char c) {
    skip_space();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool read_word(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool read_value(Json& value, int depth) {
    skip_space();
    if (rest_.empty()) return false;
    const bool is_nested = rest_[0] == '{' || rest_[0] == '[';
    if (is_nested && depth == kMaxJsonDepth) return false;
    switch (rest_[0]) {
      case '{':
        return read_object(value, depth);
      case '[':
        return read_array(value, depth);
      case '"':
        value = std::string();
        return read_string(value.get_ref<std::string&>());
      case 't':
        value = true;
        return read_word("true");
      case 'f':
        value = false;
        return read_word("false");
      case 'n':
        value = nullptr;
        return read_word("null");
      default:
        return read_number(value);
    }
  }

  bool read_object(Json& value, int depth) {
    rest_.remove_prefix(1);
    value = Json::object();
    if (take('}')) return true;
    auto& members = value.get_ref<Json::object_t&>();
    do {
      std::string key;
      skip_space();
      if (!rest_.starts_with('"') || !read_string(key) || !take(':')) return false;
      if (!read_value(members[key], depth + 1)) return false;  // of equal keys the last counts
    } while (take(','));
    return take('}');
  }

  bool read_array(Json& value, int depth) {
    rest_.remove_prefix(1);
    value = Json::array();
    if (take(']')) return true;
    auto& elements = value.get_ref<Json::array_t&>();
    do {
      if (!read_value(elements.emplace_back(), depth + 1)) return false;
    } while (take(','));
    return take(']');
  }

  bool read_string(std::string& out) {
    rest_.remove_prefix(1);
    while (true) {
      std::size_t plain = 0;
      while (plain < rest_.size() && is_plain(rest_[plain])) ++plain;
      out.append(rest_.substr(0, plain));
      rest_.remove_prefix(plain);
      if (rest_.empty()) return false;
      if (rest_[0] == '"') {
        rest_.remove_prefix(1);
        return true;
      }
      if (rest_[0] == '\\') {
        if (!read_escape(out)) return false;
        continue;
      }
      const std::size_t length = utf8_length(rest_);
      if (length == 0) return false;  // a control character, or no UTF-8
      out.append(rest_.substr(0, length));
      rest_.remove_prefix(length);
    }
  }

  static bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
  }

  bool read_escape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    if (rest_.size() < 2) return false;
    if (rest_[1] == 'u') return read_code_point(out);
    const std::size_t which = kNames.find(rest_[1]);
    if (which == std::string_view::npos) return false;
    out += kValues[which];
    rest_.remove_prefix(2);
    return true;
  }

  bool read_code_point(std::string& out) {
    std::uint32_t c = 0;
    if (!read_unit(c) || (c >= 0xDC00 && c <= 0xDFFF)) return false;
    if (c >= 0xD800 && c <= 0xDBFF) {
      std::uint32_t low = 0;
      if (!read_unit(low) || low < 0xDC00 || low > 0xDFFF) return false;
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(c, out);
    return true;
  }

  /// `\u` and four hex digits.
  bool read_unit(std::uint32_t& unit) {
    if (!read_word("\\u") || rest_.size() < 4) return false;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + 4, unit, 16);
    if (error != std::errc{} || end != rest_.data() + 4) return false;
    rest_.remove_prefix(4);
    return true;
  }

  std::size_t digits_at(std::size_t i) const {
    std::size_t end = i;
    while (end < rest_.size() && rest_[end] >= '0' && rest_[end] <= '9') ++end;
    return end - i;
  }

  bool read_number(Json& value) {
    constexpr std::size_t kMostDigits = 18;  // fit any integer type
    std::size_t end = rest_.starts_with('-') ? 1 : 0;
    const bool is_negative = end == 1;
    const std::size_t whole = digits_at(end);
    if (whole == 0 || (whole > 1 && rest_[end] == '0')) return false;
    end += whole;
    const std::size_t after_whole = end;
    if (end < rest_.size() && rest_[end] == '.') {
      const std::size_t decimals = digits_at(end + 1);
      if (decimals == 0) return false;
      end += 1 + decimals;
    }
    if (end < rest_.size() && (rest_[end] == 'e' || rest_[end] == 'E')) {
      ++end;
      if (end < rest_.size() && (rest_[end] == '+' || rest_[end] == '-')) ++end;
      const std::size_t digits = digits_at(end);
      if (digits == 0) return false;
      end += digits;
    }
    const bool is_integer = end == after_whole;
    if (is_integer && whole > kMostDigits) return false;
    const std::string_view digits = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (!is_integer) return convert<double>(digits, value);
    return is_negative ? convert<std::int64_t>(digits, value)
                       : convert<std::uint64_t>(digits, value);
  }

  template <typename Number>
  static bool convert(std::string_view digits, Json& value) {
    Number number{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size()) return false;
    value = number;
    return true;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<Json> read_plain_json(std::string_view text) {
  std::optional<Json> value(std::in_place);
  if (!Reader(text).read_document(*value)) value.reset();
  return value;
}

}  // namespace evotoken::reports
