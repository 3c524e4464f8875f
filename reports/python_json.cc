// Reading: nearly every text is plain JSON (plain_json.h). Over any other one pass finds what the
// JSON library cannot say well (a cut-off text, too deep a nesting) and Python's three tokens for
// non-finite numbers. Those are replaced by marked strings, the text is parsed, and the marks
// become numbers.
#include "reports/python_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "reports/plain_json.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

struct NonFiniteToken {
  std::string_view text;
  /// As it is parsed; U+0001 keeps it apart from any text that a model or a data set writes.
  std::string_view marked;
  double value;
};

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// "-Infinity" stands before "Infinity", which would match only its tail.
constexpr NonFiniteToken kNonFiniteTokens[] = {
    {"-Infinity", "\x01-Infinity", -kInfinity},
    {"Infinity", "\x01Infinity", kInfinity},
    {"NaN", "\x01NaN", std::numeric_limits<double>::quiet_NaN()},
};

struct Occurrence {
  std::size_t offset;
  const NonFiniteToken* token;
};

const NonFiniteToken* token_at(std::string_view text, std::size_t offset) {
  for (const NonFiniteToken& token : kNonFiniteTokens) {
    if (text.substr(offset).starts_with(token.text)) return &token;
  }
  return nullptr;
}

/// The offset after the string whose opening quote stands at `offset`; npos when it never closes.
std::size_t end_of_string(std::string_view text, std::size_t offset) {
  for (++offset; offset < text.size(); ++offset) {
    if (text[offset] == '\\') {
      ++offset;
    } else if (text[offset] == '"') {
      return offset + 1;
    }
  }
  return std::string_view::npos;
}

[[noreturn]] void throw_cut_off(std::string_view text, const std::string& where) {
  throw DataError(
      fmt::format("{}: cut off after {} bytes at line {}, expected the end of the JSON value; the "
                  "run was interrupted or the disk was full: run or fetch it again",
                  where, text.size(), std::count(text.begin(), text.end(), '\n') + 1));
}

/// Where the non-finite tokens stand. Throws as parse_python_json.
std::vector<Occurrence> scan(std::string_view text, const std::string& where) {
  std::vector<Occurrence> found;
  int depth = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"') {
      i = end_of_string(text, i);
      if (i == std::string_view::npos) throw_cut_off(text, where);
      continue;
    }
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > kMaxJsonDepth) {
      throw DataError(
          fmt::format("{}: arrays and objects nest more than {} deep at byte {}, "
                      "expected a file of results; check what wrote it",
                      where, kMaxJsonDepth, i));
    }
    const NonFiniteToken* token = (c == 'N' || c == 'I' || c == '-') ? token_at(text, i) : nullptr;
    if (token != nullptr) found.push_back({i, token});
    i += token != nullptr ? token->text.size() : 1;
  }
  if (depth > 0) throw_cut_off(text, where);
  return found;
}

std::string with_marks(std::string_view text, const std::vector<Occurrence>& found) {
  std::string marked;
  marked.reserve(text.size() + 16 * found.size());
  std::size_t copied = 0;
  for (const Occurrence& occurrence : found) {
    marked += text.substr(copied, occurrence.offset - copied);
    marked += fmt::format("\"\\u0001{}\"", occurrence.token->text);
    copied = occurrence.offset + occurrence.token->text.size();
  }
  marked += text.substr(copied);
  return marked;
}

/// Turns the marks back into numbers. The recursion is bounded by kMaxJsonDepth.
void restore_non_finite(Json& value) {
  if (value.is_structured()) {
    for (auto& element : value) restore_non_finite(element);
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.empty() || text[0] != '\x01') return;
    for (const NonFiniteToken& token : kNonFiniteTokens) {
      if (text == token.marked) {
        value = token.value;
        return;
      }
    }
  }
}

/// Python's repr of a float: fmt writes the same shortest digits and changes to an exponent at the
/// same magnitudes (below 1e-4, from 1e16), only without the ".0" of whole numbers.
std::string python_float(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  std::string digits = fmt::format("{}", value);
  if (digits.find_first_of(".e") == std::string::npos) digits += ".0";
  return digits;
}

std::string python_string(const Json& text) {
  return text.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

void append(std::string& out, const Json& value, std::size_t indent) {
  if (!value.is_structured()) {
    out += value.is_number_float() ? python_float(value.get<double>()) : python_string(value);
    return;
  }
  const bool object = value.is_object();
  out += object ? '{' : '[';
  for (auto it = value.begin(); it != value.end(); ++it) {
    out += it == value.begin() ? "\n" : ",\n";
    out.append(indent + 2, ' ');
    if (object) out += python_string(it.key()) + ": ";
    append(out, *it, indent + 2);
  }
  if (!value.empty()) {
    out += '\n';
    out.append(indent, ' ');
  }
  out += object ? '}' : ']';
}

}  // namespace

Json parse_python_json(std::string_view text, const std::string& where) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    throw DataError(where + ": is empty, expected one JSON value; run or fetch it again");
  }
  if (std::optional<Json> plain = read_plain_json(text)) return *std::move(plain);
  const std::vector<Occurrence> found = scan(text, where);
  if (found.empty()) return parse_json(text, where);
  Json value = parse_json(with_marks(text, found), where);
  restore_non_finite(value);
  return value;
}

std::string dump_python_json(const Json& value) {
  std::string out;
  append(out, value, 0);
  return out;
}

}  // namespace evotoken::reports
