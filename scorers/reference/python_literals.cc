// The steps follow CPython 3.11: _PyUnicode_TransformDecimalAndSpaceToASCII, then ASCII white space
// stripped, then underscores (allowed between two digits only), then the number itself.
#include "scorers/reference/python_literals.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include "scorers/reference/python_text.h"

namespace evotoken::scorers::reference {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Unicode digits and spaces beyond ASCII as '0'…'9' and ' ', all else beyond ASCII as '?'. ASCII
// stays as it is, so that U+001C…U+001F are no spaces here although str.strip() removes them.
std::string to_ascii(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = code_point_at(text, i);
    if (c.value >= 0 && c.value < 0x80) {
      result += text[i];
    } else if (is_python_space(c.value)) {
      result += ' ';
    } else {
      const std::optional<int> digit = decimal_digit(c.value);
      result += digit ? static_cast<char>('0' + *digit) : '?';
    }
    i += c.bytes;
  }
  return result;
}

std::string_view strip_ascii(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

std::optional<std::string> without_underscores(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      result += text[i];
    } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
      return std::nullopt;
    }
  }
  return result;
}

std::optional<std::string> number_text(std::string_view text) {
  const std::string ascii = to_ascii(text);
  return without_underscores(strip_ascii(ascii));
}

// Takes the sign off the front; true for '-'.
bool take_sign(std::string_view& text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  return negative;
}

std::optional<double> parse_special(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (lower == "inf" || lower == "infinity") return std::numeric_limits<double>::infinity();
  if (lower == "nan") return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

// Whether a valid unsigned decimal that no double can hold is too large (else it is too small): the
// power of ten of its first digit that is not zero, plus the written exponent.
bool is_too_large(std::string_view text) {
  const std::size_t exponent_mark = text.find_first_of("eE");
  if (exponent_mark != std::string_view::npos && text[exponent_mark + 1] == '-') return false;
  const std::string_view mantissa = text.substr(0, exponent_mark);
  const std::size_t first = mantissa.find_first_not_of("0.");
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  if (first < point || exponent_mark == std::string_view::npos) return first < point;
  std::string_view exponent = text.substr(exponent_mark + 1);
  take_sign(exponent);
  std::size_t power = 0;
  const auto [end, error] =
      std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
  return error == std::errc::result_out_of_range || power >= first - point;
}

}  // namespace

std::optional<double> parse_float(std::string_view text) {
  const std::optional<std::string> cleaned = number_text(text);
  if (!cleaned) return std::nullopt;
  std::string_view rest = *cleaned;
  const double sign = take_sign(rest) ? -1.0 : 1.0;
  if (rest.empty()) return std::nullopt;
  if (!is_digit(rest.front()) && rest.front() != '.') {
    const std::optional<double> special = parse_special(rest);
    return special ? std::optional(std::copysign(*special, sign)) : std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error == std::errc::invalid_argument || end != rest.data() + rest.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    value = is_too_large(rest) ? std::numeric_limits<double>::infinity() : 0.0;
  }
  return std::copysign(value, sign);
}

std::optional<std::string> parse_int(std::string_view text) {
  const std::optional<std::string> cleaned = number_text(text);
  if (!cleaned) return std::nullopt;
  std::string_view digits = *cleaned;
  const bool negative = take_sign(digits);
  if (digits.empty() || digits.size() > kMaxIntegerDigits ||
      !std::all_of(digits.begin(), digits.end(), is_digit)) {
    return std::nullopt;
  }
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  std::string canonical = negative && digits != "0" ? "-" : "";
  return canonical.append(digits);
}

nlohmann::ordered_json float_to_json(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

}  // namespace evotoken::scorers::reference
