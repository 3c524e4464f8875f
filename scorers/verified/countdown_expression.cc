//   sum     = term (("+" | "-") term)*
//   term    = factor (("*" | "/")? factor)*      without an operator: multiplication
//   factor  = ("+" | "-") factor | number | "(" sum ")" | "\frac" group group
//   group   = "{" sum "}" | digit
// An implicit factor must begin with a bracket or \frac: "3 4" is no product.
#include "scorers/verified/countdown_expression.h"

#include <array>
#include <string>
#include <utility>

#include "scorers/verified/limit.h"
#include "scorers/verified/text.h"

namespace evotoken::scorers::verified {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxNumbers = 64;
constexpr std::size_t kMaxDigits = 18;
constexpr std::size_t kMaxText = 2048;

struct NotArithmetic {};

constexpr std::array<std::pair<std::string_view, std::string_view>, 21> kSpellings = {{
    {"\\times", "*"}, {"\\cdot", "*"},  {"\\div", "/"},  {"\\left", ""}, {"\\right", ""},
    {"\\dfrac", "F"}, {"\\tfrac", "F"}, {"\\frac", "F"}, {"\\(", ""},    {"\\)", ""},
    {"\\[", ""},      {"\\]", ""},      {"$", ""},       {"\\,", " "},   {"\\;", " "},
    {"\\!", ""},      {"\\:", " "},     {"\\quad", " "}, {"\\ ", " "},   {"\\{", "("},
    {"\\}", ")"},
}};

std::string plain_spelling(std::string_view text) {
  const std::string folded = fold_unicode(text);
  std::string_view rest = folded;
  std::string out;
  while (!rest.empty()) {
    bool found = false;
    for (const auto& [spelling, plain] : kSpellings) {
      if (!rest.starts_with(spelling)) continue;
      out += plain;
      rest.remove_prefix(spelling.size());
      found = true;
      break;
    }
    if (found) continue;
    // Marks of spelling above must not come from the text itself.
    if (rest[0] == 'F') throw NotArithmetic{};
    out += rest[0];
    rest.remove_prefix(1);
  }
  return out;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  CountdownSide run() {
    std::optional<mpq_class> value = sum();
    skip_spaces();
    if (at_ != text_.size() || side_.numbers.empty()) throw NotArithmetic{};
    side_.value = std::move(value);
    return std::move(side_);
  }

 private:
  using Value = std::optional<mpq_class>;  // nothing: divided by zero

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_spaces() {
    while (is_space(peek())) ++at_;
  }
  char next() {
    skip_spaces();
    return peek();
  }
  bool take(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }

  Value sum() {
    if (++depth_ > kMaxDepth) throw LimitReached{};
    Value total = term();
    for (char c = next(); c == '+' || c == '-'; c = next()) {
      ++at_;
      const Value right = term();
      if (total && right) {
        total = c == '+' ? mpq_class(*total + *right) : mpq_class(*total - *right);
      } else {
        total.reset();
      }
    }
    --depth_;
    return total;
  }

  Value term() {
    Value product = factor();
    while (true) {
      const char c = next();
      const bool implicit = c == '(' || c == '[' || c == '{' || c == 'F';
      if (c != '*' && c != '/' && !implicit) return product;
      if (!implicit) ++at_;
      const Value right = factor();
      product = c == '/' ? quotient(product, right) : times(product, right);
    }
  }

  static Value times(const Value& a, const Value& b) {
    if (!a || !b) return std::nullopt;
    return mpq_class(*a * *b);
  }

  static Value quotient(const Value& above, const Value& below) {
    if (!above || !below || *below == 0) return std::nullopt;
    return mpq_class(*above / *below);
  }

  Value factor() {
    bool negative = false;
    int signs = 0;
    for (char c = next(); c == '+' || c == '-'; c = next()) {
      negative ^= c == '-';
      ++at_;
      if (++signs > kMaxDepth) throw LimitReached{};
    }
    Value value = primary();
    if (negative && value) *value = -*value;
    return value;
  }

  Value primary() {
    const char c = next();
    if (is_digit(c)) return number();
    if (c == 'F') {
      ++at_;
      const Value above = group();
      const Value below = group();
      return quotient(above, below);
    }
    for (const auto& [open, close] : {std::pair{'(', ')'}, {'[', ']'}, {'{', '}'}}) {
      if (c != open) continue;
      ++at_;
      Value value = sum();
      if (!take(close)) throw NotArithmetic{};
      return value;
    }
    throw NotArithmetic{};
  }

  Value number() {
    const std::size_t begin = at_;
    while (is_digit(peek())) ++at_;
    if (peek() == '.') throw NotArithmetic{};
    if (at_ - begin > kMaxDigits) throw LimitReached{};
    return add(text_.substr(begin, at_ - begin));
  }

  Value add(std::string_view digits) {
    if (side_.numbers.size() == kMaxNumbers) throw LimitReached{};
    side_.numbers.emplace_back(std::string(digits), 10);
    return mpq_class(side_.numbers.back());
  }

  /// An argument of \frac: in braces, or one digit as TeX reads it.
  Value group() {
    if (next() == '{') return primary();
    if (!is_digit(peek())) throw NotArithmetic{};
    return add(text_.substr(at_++, 1));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  CountdownSide side_;
};

}  // namespace

std::optional<CountdownSide> parse_countdown(std::string_view text) {
  if (text.size() > kMaxText) throw LimitReached{};
  try {
    return Parser(plain_spelling(text)).run();
  } catch (const NotArithmetic&) {
    return std::nullopt;
  }
}

}  // namespace evotoken::scorers::verified
