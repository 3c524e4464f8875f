// A scan from left to right, as a careful reader reads: numbers, words (units) and a few commands
// that change nothing. Arithmetic between numbers is no committed answer, so any operator makes the
// text malformed; the sign of a number and a slash before a word ("miles/hour") are none.
#include "scorers/verified/number_text.h"

#include <set>

#include "scorers/verified/rational.h"
#include "scorers/verified/text.h"

namespace evotoken::scorers::verified {
namespace {

constexpr std::size_t kMaxAnswer = 1U << 14U;

struct Malformed {};
struct TooLong {};

class NumberScan {
 public:
  explicit NumberScan(std::string_view text) : text_(text) {}

  /// All numbers of the text, with flags. Throws Malformed.
  NumberText run() {
    while (at_ < text_.size()) step();
    if (value_ && pending_minus_) throw Malformed{};  // "5 -"
    result_.value = value_;
    return result_;
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  std::string_view rest() const { return text_.substr(at_); }
  bool take(std::string_view token) {
    if (!rest().starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void skip_spaces() {
    while (is_space(peek()) || peek() == '~') ++at_;
  }

  void step() {
    const char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (is_letter(c)) return word();
    if (c == '\\') return command();
    if (c == '^') return exponent();
    if (c == '-') return minus();
    if (c == '%') {
      ++at_;
      return add_flag(result_.flags, "percent");
    }
    if (static_cast<unsigned char>(c) >= 0x80) return word();  // words of other scripts
    if (c == '/') {
      // Per something ("miles/hour"); a slash before a digit was read with its fraction.
      ++at_;
      skip_spaces();
      if (!is_letter(peek()) && !rest().starts_with("\\text")) throw Malformed{};
      return;
    }
    if (c == '$' || c == '#') {
      ++at_;
      return;
    }
    if (take("**")) return;  // bold in Markdown
    if (std::string_view("{}().,;:!?'\"~&[]").find(c) != std::string_view::npos || is_space(c)) {
      ++at_;
      return;
    }
    throw Malformed{};  // + * = < > | _ and the like
  }

  void minus() {
    // A hyphen inside a word ("twenty-five") or after a number ("5-7", "5 - 7") is no sign.
    const bool after_word = at_ > 0 && is_letter(text_[at_ - 1]);
    ++at_;
    if (after_word && is_letter(peek())) return;
    if (value_ || pending_minus_ || after_word) throw Malformed{};
    pending_minus_ = true;
  }

  /// A word is a unit or says what the number counts; digits may end it ("km2").
  void word() {
    const std::size_t begin = at_;
    while (is_letter(peek()) || static_cast<unsigned char>(peek()) >= 0x80) ++at_;
    if (pending_minus_ && !value_) {
      const std::string_view letters = text_.substr(begin, at_ - begin);
      if (letters != "USD" && letters != "Rs") throw Malformed{};
    }
    if (is_digit(peek()) && value_ && at_ - begin <= 3) ++at_;
    if (value_) add_flag(result_.flags, "units");
  }

  /// `^2` after a unit, `^\circ` after a number.
  void exponent() {
    ++at_;
    const bool braced = take("{");
    if (take("\\circ")) {
      add_flag(result_.flags, "degrees");
    } else if (after_unit() && (peek() == '2' || peek() == '3')) {
      ++at_;
    } else if (!braced || !take("\\text{th}")) {
      throw Malformed{};
    }
    if (braced && !take("}")) throw Malformed{};
  }

  bool after_unit() const {
    for (std::size_t i = at_; i-- > 0;) {
      const char c = text_[i];
      if (is_letter(c)) return true;
      if (!is_space(c) && c != '}' && c != '^' && c != '{') return false;
    }
    return false;
  }

  void command() {
    static const std::set<std::string_view> kIgnored = {
        "text",  "mbox", "textbf", "textit",       "mathrm",    "mathbf", "textrm", "hbox",  "left",
        "right", "quad", "qquad",  "displaystyle", "textstyle", "bf",     "rm",     "bigl",  "bigr",
        "big",   "Big",  "mathit", "text{",        "ldots",     "dots",   "boxed",  "dollar"};
    ++at_;
    if (!is_letter(peek())) {
      const char c = peek();
      ++at_;
      if (c == '%') return add_flag(result_.flags, "percent");
      if (c == '$') return add_flag(result_.flags, "currency");
      if (std::string_view("!,;: ()[]{}").find(c) != std::string_view::npos && c != '\0') return;
      throw Malformed{};
    }
    const std::size_t begin = at_;
    while (is_letter(peek())) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    if (name == "frac" || name == "dfrac" || name == "tfrac") {
      add_number(latex_fraction());
    } else if (name == "pounds" || name == "euro" || name == "yen") {
      add_flag(result_.flags, "currency");
    } else if (!kIgnored.contains(name)) {
      throw Malformed{};
    }
  }

  /// What a `\frac` divides: `{a}{b}`, `ab`, `a{b}`.
  mpq_class latex_fraction() {
    const auto part = [this]() -> mpq_class {
      skip_spaces();
      const bool braced = take("{");
      skip_spaces();
      if (!braced) {
        if (!is_digit(peek())) throw Malformed{};
        return decimal_value(std::string(1, text_[at_++]), "");
      }
      const bool negative = take("-");
      mpq_class value = plain_number();
      skip_spaces();
      if (!take("}")) throw Malformed{};
      if (negative) value = -value;
      return value;
    };
    const mpq_class above = part();
    const mpq_class below = part();
    if (below == 0) throw Malformed{};
    add_flag(result_.flags, "fraction");
    return above / below;
  }

  std::string_view digits() {
    const std::size_t begin = at_;
    while (is_digit(peek())) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  /// The length of a separator of thousands at `at`, 0 where none stands.
  static std::size_t separator(std::string_view text) {
    for (const std::string_view s : {"{,}\\!", "{,}", ",\\!", "\\,", "\\!", ","}) {
      if (text.starts_with(s)) return s.size();
    }
    return 0;
  }

  static std::size_t group_end(std::string_view text) {
    const std::size_t gap = separator(text);
    if (gap == 0) return 0;
    std::size_t end = gap;
    // `,\! 000` is how the data writes it; a space after a plain comma begins a list.
    if (gap > 1) end = std::min(text.find_first_not_of(' ', end), text.size());
    std::size_t count = 0;
    while (end < text.size() && is_digit(text[end])) ++end, ++count;
    return count == 3 ? end : 0;
  }

  /// Digits in proper groups of three with an optional fraction.
  mpq_class plain_number() {
    std::string whole(digits());
    if (whole.size() <= 3 && !whole.starts_with('0')) {
      for (std::size_t end = group_end(rest()); end > 0; end = group_end(rest())) {
        whole += rest().substr(end - 3, 3);
        at_ += end;
        add_flag(result_.flags, "thousands");
      }
    }
    std::string_view decimals;
    if (peek() == '.' && (is_digit(peek(1)) || whole.empty())) {
      ++at_;
      decimals = digits();
    }
    if (whole.empty() && decimals.empty()) throw Malformed{};
    if (whole.size() + decimals.size() > kMaxDigits) throw TooLong{};
    return decimal_value(whole, decimals);
  }

  void number() {
    mpq_class value = plain_number();
    if (peek() == ':' && is_digit(peek(1)) && is_digit(peek(2)) && !is_digit(peek(3))) {
      // A full hour, "2:00 pm", is the hour; any other time is not one number.
      if (rest().substr(1, 2) != "00") throw Malformed{};
      at_ += 3;
      add_flag(result_.flags, "clock");
    } else {
      value = with_fraction(value);
    }
    add_number(value);
  }

  /// `2 1/2`, `2\frac12`, `1/2` from their first number on.
  mpq_class with_fraction(const mpq_class& first) {
    const std::size_t begin = at_;
    const bool spaced = is_space(peek());
    skip_spaces();
    if (take("\\frac") || take("\\dfrac") || take("\\tfrac")) {
      const mpq_class part = latex_fraction();
      if (first.get_den() != 1 || part < 0 || part >= 1) throw Malformed{};
      add_flag(result_.flags, "mixed_number");
      return first + part;
    }
    if (take("/")) {
      skip_spaces();
      if (is_digit(peek())) return quotient(first);
    } else if (spaced && is_digit(peek())) {
      const mpq_class above = plain_number();
      skip_spaces();
      if (take("/") && is_digit(peek())) {
        const mpq_class part = quotient(above);
        if (first.get_den() != 1 || part >= 1) throw Malformed{};
        add_flag(result_.flags, "mixed_number");
        return first + part;
      }
    }
    at_ = begin;
    return first;
  }

  mpq_class quotient(const mpq_class& above) {
    const mpq_class below = plain_number();
    if (below == 0 || peek() == '/') throw Malformed{};
    add_flag(result_.flags, "fraction");
    return above / below;
  }

  void add_number(mpq_class value) {
    if (pending_minus_) value = -value;
    pending_minus_ = false;
    if (value_ && *value_ != value) throw Malformed{};
    value_ = value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool pending_minus_ = false;
  std::optional<mpq_class> value_;
  NumberText result_;
};

NumberText scan(std::string_view side) {
  try {
    return NumberScan(side).run();
  } catch (const Malformed&) {
    return {};
  } catch (const TooLong&) {
    NumberText result;
    result.too_long = true;
    return result;
  }
}

}  // namespace

NumberText read_number(std::string_view answer) {
  if (answer.size() > kMaxAnswer) {
    NumberText result;
    result.too_long = true;
    return result;
  }
  const std::string text = fold_unicode(answer);
  std::string_view rest = text;
  // From the last side of "x = 3 + 4 = 7" back; only sides without any digit ("7 = x") are passed.
  bool several = false;
  while (true) {
    const std::size_t equals = rest.rfind('=');
    const bool one_side = equals == std::string_view::npos;
    const std::string_view side = one_side ? rest : rest.substr(equals + 1);
    if (one_side || side.find_first_of("0123456789") != std::string_view::npos) {
      NumberText result = scan(side);
      if (several || !one_side) add_flag(result.flags, "last_side");
      return result;
    }
    several = true;
    rest = rest.substr(0, equals);
  }
}

}  // namespace evotoken::scorers::verified
