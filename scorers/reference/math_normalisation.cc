// The nine steps of scoring.md, "MATH500", one function each where a step is more than a
// replacement. "Character" is a code point. Steps that raise in Python give nothing here.
#include "scorers/reference/math_normalisation.h"

#include <array>
#include <cstddef>
#include <utility>

#include "scorers/reference/python_literals.h"
#include "scorers/reference/python_text.h"

namespace evotoken::scorers::reference {
namespace {

std::string_view first_character(std::string_view text) {
  return text.substr(0, code_point_at(text, 0).bytes);
}

// Step 1: line breaks, negative spaces, doubled backslashes, sizes of fractions and brackets,
// degrees, money.
std::string remove_layout(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kReplacements = {{
      {"\n", ""},
      {"\\!", ""},
      {"\\\\", "\\"},
      {"tfrac", "frac"},
      {"dfrac", "frac"},
      {"\\left", ""},
      {"\\right", ""},
      {"^{\\circ}", ""},
      {"^\\circ", ""},
      {"\\$", ""},
  }};
  std::string result(text);
  for (const auto& [from, to] : kReplacements) result = replace_all(result, from, to);
  return result;
}

// Step 2: `\text{ ` is taken for a unit on the right; a second one raises.
std::optional<std::string_view> remove_unit(std::string_view text) {
  constexpr std::string_view kUnit = "\\text{ ";
  if (count_of(text, kUnit) > 1) return std::nullopt;
  return text.substr(0, text.find(kUnit));
}

// Step 3: percent signs go, a bare decimal point gets its zero. The published parser removes `\%`
// twice, which differs from once where the first pass puts a new one together (`\\%%`).
std::string fix_percent_and_points(std::string_view text) {
  std::string result = replace_all(text, "\\%", "");
  result = replace_all(result, "\\%", "");
  result = replace_all(result, " .", " 0.");
  result = replace_all(result, "{.", "{0.");
  return result.starts_with('.') ? "0" + result : result;
}

// Step 4: `x=5` is 5, with at most two characters on the left of the only `=`.
std::string_view remove_variable(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || text.find('=', equals + 1) != std::string_view::npos) {
    return text;
  }
  std::size_t left = 0;
  for (int characters = 0; characters < 2 && left < equals; ++characters) {
    left += code_point_at(text, left).bytes;
  }
  return left < equals ? text : text.substr(equals + 1);
}

// Step 5: `\sqrt3` becomes `\sqrt{3}`; nothing to brace raises.
std::optional<std::string> brace_roots(std::string_view text) {
  constexpr std::string_view kRoot = "\\sqrt";
  std::string result;
  std::size_t at = text.find(kRoot);
  while (at != std::string_view::npos) {
    result += text.substr(0, at + kRoot.size());
    text.remove_prefix(at + kRoot.size());
    at = text.find(kRoot);
    if (text.empty() || at == 0) return std::nullopt;
    if (text.front() == '{') continue;
    const std::string_view radicand = first_character(text);
    result.append("{").append(radicand).append("}");
    text.remove_prefix(radicand.size());
    if (at != std::string_view::npos) at -= radicand.size();
  }
  return result.append(text);
}

// Step 7: `\frac12` becomes `\frac{1}{2}` and `\frac1{x}` becomes `\frac{1}{x}`. One character
// after a `\frac` gives `original` back as it is, none raises.
std::optional<std::string> brace_fractions(std::string_view original) {
  constexpr std::string_view kFraction = "\\frac";
  std::string_view rest = original;
  std::size_t at = rest.find(kFraction);
  std::string result(rest.substr(0, at));
  while (at != std::string_view::npos) {
    rest.remove_prefix(at + kFraction.size());
    at = rest.find(kFraction);
    std::string_view piece = rest.substr(0, at);  // up to the next \frac, as str.split cuts
    if (piece.empty()) return std::nullopt;
    result += kFraction;
    if (piece.front() != '{') {
      const std::string_view numerator = first_character(piece);
      piece.remove_prefix(numerator.size());
      if (piece.empty()) return std::string(original);
      result.append("{").append(numerator).append("}");
      if (piece.front() != '{') {
        const std::string_view denominator = first_character(piece);
        piece.remove_prefix(denominator.size());
        result.append("{").append(denominator).append("}");
      }
    }
    result += piece;
  }
  return result;
}

// Step 9: `a/b` of two integers becomes `\frac{a}{b}`; with exactly one slash anything but two
// integers raises.
std::optional<std::string> fraction_from_slash(std::string text) {
  if (count_of(text, "/") != 1) return text;
  const std::size_t slash = text.find('/');
  const std::optional<std::string> a = parse_int(std::string_view(text).substr(0, slash));
  const std::optional<std::string> b = parse_int(std::string_view(text).substr(slash + 1));
  if (!a || !b) return std::nullopt;
  if (text != *a + "/" + *b) return text;
  return "\\frac{" + *a + "}{" + *b + "}";
}

}  // namespace

std::optional<std::string> normalise_math(std::string_view text) {
  const std::string plain = remove_layout(text);
  const std::optional<std::string_view> without_unit = remove_unit(plain);
  if (!without_unit) return std::nullopt;
  const std::string pointed = fix_percent_and_points(*without_unit);
  const std::optional<std::string> rooted = brace_roots(remove_variable(pointed));
  if (!rooted) return std::nullopt;
  std::optional<std::string> result = brace_fractions(replace_all(*rooted, " ", ""));  // 6 and 7
  if (!result) return std::nullopt;
  if (*result == "0.5") return "\\frac{1}{2}";  // step 8; without a slash step 9 does nothing
  return fraction_from_slash(std::move(*result));
}

bool math_answers_equal(std::string_view left, std::string_view right) {
  const std::optional<std::string> left_normal = normalise_math(left);
  const std::optional<std::string> right_normal = normalise_math(right);
  return left_normal && right_normal ? *left_normal == *right_normal : left == right;
}

}  // namespace evotoken::scorers::reference
