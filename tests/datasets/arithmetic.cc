#include "tests/datasets/arithmetic.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace evotoken::datasets {
namespace {

using Value = std::complex<double>;

/// Far beyond any number in the checks, but finite, so that comparisons work.
constexpr double kInfinity = 1e300;

/// Recursive descent; one member per precedence level.
class Parser {
 public:
  Parser(std::string_view text, const Variables& variables, bool plus)
      : text_(text), variables_(variables), plus_(plus) {}

  Value whole() {
    const Value value = sum();
    if (!at_end()) fail("something left over");
    return value;
  }

 private:
  Value sum() {
    Value value = product();
    while (true) {
      if (take("+")) {
        value += product();
      } else if (take("-")) {
        value -= product();
      } else if (take("\\pm")) {
        value += plus_ ? product() : -product();
      } else {
        return value;
      }
    }
  }

  Value product() {
    Value value = factor();
    while (true) {
      if (take("*") || take("\\cdot")) {
        value *= factor();
      } else if (take("/")) {
        value /= factor();
      } else if (starts_atom()) {
        value *= power();
      } else {
        return value;
      }
    }
  }

  Value factor() {
    if (take("-")) return -factor();
    return power();
  }

  Value power() {
    Value base = atom();
    while (take("^\\circ") || take("\\%")) {
    }
    if (!take("^")) return base;
    const Value exponent = factor();
    // pow of complex numbers is inexact even for 3^2.
    if (exponent.imag() == 0 && exponent.real() == std::floor(exponent.real()) &&
        exponent.real() >= 0 && exponent.real() < 64) {
      Value result = 1;
      for (int i = 0; i < static_cast<int>(exponent.real()); ++i) result *= base;
      return result;
    }
    return std::pow(base, exponent);
  }

  Value atom() {
    if (take("\\frac")) {
      const Value numerator = group('{', '}');
      return numerator / group('{', '}');
    }
    if (take("\\sqrt")) return std::sqrt(group('{', '}'));
    if (take("sqrt")) return std::sqrt(group('(', ')'));
    if (take("\\pi") || take("pi")) return std::numbers::pi;
    if (take("\\infty")) return kInfinity;
    if (take("\\left")) return atom();
    if (peek() == '(') return group('(', ')');
    if (peek() == '{') return group('{', '}');
    if (std::isdigit(static_cast<unsigned char>(peek()))) return number();
    return variable();
  }

  Value group(char open, char close) {
    if (!take(std::string_view(&open, 1))) fail("an opening bracket missing");
    const Value value = sum();
    take("\\right");
    if (!take(std::string_view(&close, 1))) fail("a closing bracket missing");
    return value;
  }

  Value number() {
    std::string digits;
    while (at_ < text_.size() && (std::isdigit(static_cast<unsigned char>(text_[at_])) ||
                                  (text_[at_] == '.' && digits.find('.') == std::string::npos))) {
      digits += text_[at_++];
    }
    if (take("_")) {
      const bool braced = take("{");
      const int base = static_cast<int>(number().real());
      if (braced) take("}");
      return static_cast<double>(std::stoll(digits, nullptr, base));
    }
    return std::stod(digits);
  }

  /// The longest name that is known: GOLD1 before GOLD; otherwise a single letter.
  Value variable() {
    peek();
    for (auto it = variables_.rbegin(); it != variables_.rend(); ++it) {
      if (text_.substr(at_).starts_with(it->first)) {
        at_ += it->first.size();
        return it->second;
      }
    }
    if (take("i")) return Value(0, 1);
    fail("an unknown name");
  }

  bool starts_atom() {
    const char next = peek();
    if (std::isalnum(static_cast<unsigned char>(next)) || next == '(') return true;
    for (const char* command : {"\\frac", "\\sqrt", "\\pi", "\\left("}) {
      // "\pi" is also the beginning of nothing else that we know; "\pm" differs in the third.
      if (text_.substr(at_).starts_with(command)) return true;
    }
    return false;
  }

  char peek() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool at_end() { return peek() == '\0'; }
  bool take(std::string_view token) {
    peek();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  [[noreturn]] void fail(const char* what) const {
    throw std::invalid_argument(fmt::format("\"{}\" at {}: {}", text_, at_, what));
  }

  std::string_view text_;
  const Variables& variables_;
  bool plus_;
  std::size_t at_ = 0;
};

/// A copy of `text` with `to` for every `from`. Not std::string::replace: GCC 12 warns in it.
std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  for (auto at = text.find(from); at != std::string_view::npos; at = text.find(from)) {
    result.append(text.substr(0, at)).append(to);
    text.remove_prefix(at + from.size());
  }
  return result.append(text);
}

bool is_number(const std::string& part) { return part.find_first_not_of(' ') != std::string::npos; }

/// The variables of a check: GOLD and its parts, and x, a, b at one of three points.
Variables bind(const std::string& gold, int point, bool plus) {
  constexpr std::array<std::array<double, 3>, 3> kPoints = {
      {{0.5, 2.0, -1.5}, {-2.25, 0.75, 3.0}, {3.0, -1.25, 0.5}}};
  const auto& values = kPoints[static_cast<std::size_t>(point)];
  Variables variables = {{"x", values[0]}, {"a", values[1]}, {"b", values[2]}};
  const std::vector<std::string> parts = gold_parts(gold);
  if (gold.find("\\text") != std::string::npos) return variables;
  Variables with_gold = variables;
  if (parts.size() == 1) with_gold["GOLD"] = evaluate(parts[0], variables, plus);
  for (std::size_t i = 0; i < parts.size() && parts.size() > 1; ++i) {
    with_gold[fmt::format("GOLD{}", i + 1)] = evaluate(parts[i], variables, plus);
  }
  return with_gold;
}

}  // namespace

std::complex<double> evaluate(std::string_view expression, const Variables& variables, bool plus) {
  return Parser(expression, variables, plus).whole();
}

std::vector<std::string> gold_parts(std::string_view gold) {
  std::string text(gold);
  if (const auto relation = text.find_last_of("=<>"); relation != std::string::npos) {
    text.erase(0, relation + 1);
  }
  for (const char* command :
       {"\\left", "\\right", "\\begin{pmatrix}", "\\end{pmatrix}", "\\{", "\\}"}) {
    text = replaced(text, command, "");
  }
  text = replaced(text, "\\cup", ",");
  text = replaced(text, "\\\\", ",");
  text = replaced(text, "&", ",");
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (parts.size() == 1) return parts;
  // Several numbers: what brackets remain delimit tuples and intervals.
  for (std::string& part : parts) {
    std::erase_if(part, [](char c) { return c == '(' || c == ')' || c == '[' || c == ']'; });
  }
  std::erase_if(parts, [](const std::string& part) { return !is_number(part); });
  return parts;
}

bool check_holds(const std::string& check, const std::string& gold) {
  const std::size_t relation = check.find_first_of("=<");
  if (relation == std::string::npos) throw std::invalid_argument(check + ": no = or <");
  for (int point = 0; point < 3; ++point) {
    for (const bool plus : {true, false}) {
      const Variables variables = bind(gold, point, plus);
      const Value left = evaluate(check.substr(0, relation), variables, plus);
      const Value right = evaluate(check.substr(relation + 1), variables, plus);
      const double scale = 1 + std::abs(left) + std::abs(right);
      if (check[relation] == '=' && std::abs(left - right) > 1e-12 * scale) return false;
      if (check[relation] == '<' && left.real() >= right.real()) return false;
    }
  }
  return true;
}

}  // namespace evotoken::datasets
