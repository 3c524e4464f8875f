// One pass over the pattern, a function per construct. Only what is known to mean the same, or can
// be rewritten to, passes: a pattern that is silently read differently splits words differently and
// nobody notices. Syntax: Oniguruma's doc/RE (ONIG_SYNTAX_ONIGURUMA, as Rust's `onig` uses it);
// classes checked against tokenizers 0.21.4 over all code points.
#include "engine/tokenizer/oniguruma.h"

#include <fmt/format.h>

#include <cctype>
#include <optional>
#include <stdexcept>
#include <vector>

#include "engine/tokenizer/oniguruma_classes.h"
#include "engine/tokenizer/unicode_additions.h"
#include "engine/tokenizer/utf8.h"

namespace evotoken::tokenizer {
namespace {

class Translator {
 public:
  Translator(std::string_view pattern, RegexDialect dialect)
      : pattern_(pattern), dialect_(dialect) {}

  std::string run() {
    while (!at_end()) translate_next();
    return std::move(out_);
  }

 private:
  bool at_end() const { return position_ >= pattern_.size(); }
  char peek() const { return at_end() ? '\0' : pattern_[position_]; }
  bool looking_at(std::string_view text) const {
    return pattern_.substr(position_).starts_with(text);
  }
  bool accept(std::string_view text) {
    if (!looking_at(text)) return false;
    position_ += text.size();
    return true;
  }

  [[noreturn]] void unsupported(std::string_view what) const {
    throw std::invalid_argument(fmt::format("{} at offset {} is not supported", what, position_));
  }

  void translate_next() {
    const char c = peek();
    if (c == '\\') {
      begin_atom();
      translate_escape();
    } else if (c == '[') {
      begin_atom();
      translate_class();
    } else if (c == '(') {
      open_group();
    } else if (c == ')') {
      close_group();
    } else if (c == '*' || c == '+' || c == '?') {
      ++position_;
      out_ += c;
      copy_suffix();
    } else if (c == '{') {
      translate_brace();
    } else if (c == '|') {
      ++position_;
      out_ += c;
    } else {
      begin_atom();
      translate_character();
    }
  }

  void begin_atom() { atom_start_ = out_.size(); }

  /// `*?`, `*+`, `??` …: lazy and possessive mean the same everywhere.
  void copy_suffix() {
    if (peek() == '?' || peek() == '+') out_ += pattern_[position_++];
  }

  void translate_character() {
    const char c = peek();
    if (c == '^' || c == '$') {
      ++position_;
      // RE2's (?m:^) also matches behind a last newline, where Oniguruma and PCRE2 do not.
      if (dialect_ == RegexDialect::kRe2) unsupported("a line anchor");
      out_ += fmt::format("(?m:{})", c);
    } else if (c == '.') {
      ++position_;
      out_ += c;
    } else {
      append_literal(out_);
    }
  }

  /// Copies one character, escaped where it could mean something else.
  void append_literal(std::string& to) {
    const std::size_t length = sequence_length(peek());
    if (length == 1 && std::ispunct(static_cast<unsigned char>(peek()))) to += '\\';
    to += pattern_.substr(position_, length);
    position_ += length;
  }

  // --- quantifiers in braces -------------------------------------------------------------------

  /// `{n}`, `{n,}`, `{n,m}`, `{,m}`; any other brace is a literal.
  void translate_brace() {
    const std::size_t close = pattern_.find('}', position_);
    std::string low;
    std::string high;
    bool comma = false;
    bool interval = close != std::string_view::npos;
    for (std::size_t i = position_ + 1; interval && i < close; ++i) {
      const char c = pattern_[i];
      if (c == ',' && !comma) {
        comma = true;
      } else if (std::isdigit(static_cast<unsigned char>(c))) {
        (comma ? high : low) += c;
      } else {
        interval = false;
      }
    }
    if (!interval || (low.empty() && high.empty())) {
      begin_atom();
      append_literal(out_);
      return;
    }
    position_ = close + 1;
    const std::string_view least = low.empty() ? std::string_view("0") : low;
    out_ += fmt::format("{{{}{}{}}}", least, comma ? "," : "", high);
    translate_brace_suffix(comma);
  }

  /// Behind braces Oniguruma reads `+`, and `?` where the count is fixed, as one more quantifier.
  void translate_brace_suffix(bool is_range) {
    if (peek() == '?' && is_range) {
      out_ += pattern_[position_++];
    } else if (peek() == '+' || peek() == '?') {
      out_.insert(atom_start_, "(?:");
      out_ += ')';
      out_ += pattern_[position_++];
    }
  }

  // --- groups ----------------------------------------------------------------------------------

  void open_group() {
    group_starts_.push_back(out_.size());
    for (const std::string_view same : {"(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"}) {
      if (accept(same)) {
        out_ += same;
        return;
      }
    }
    if (!accept("(?")) {
      ++position_;
      out_ += "(?:";  // captures are never asked for
      return;
    }
    translate_options();
  }

  /// `(?i-m:` and, at the very start only, `(?i)`: elsewhere Oniguruma lets it reach over `|`.
  void translate_options() {
    const bool at_start = position_ == 2;
    out_ += "(?";
    for (; !at_end() && peek() != ':' && peek() != ')'; ++position_) {
      if (peek() == 'm') {
        out_ += 's';  // Oniguruma's m lets the dot match a newline
      } else if (peek() == 'i' || peek() == '-') {
        out_ += peek();
      } else {
        unsupported(fmt::format("the group \"(?{}\"", peek()));
      }
    }
    if (peek() == ')') {
      if (!at_start) unsupported("an option in the middle of a pattern");
      group_starts_.pop_back();
    }
    if (!at_end()) out_ += pattern_[position_++];
  }

  void close_group() {
    if (group_starts_.empty()) unsupported("an unmatched \")\"");
    atom_start_ = group_starts_.back();
    group_starts_.pop_back();
    ++position_;
    out_ += ')';
  }

  // --- escapes and classes ---------------------------------------------------------------------

  void translate_escape() {
    if (const auto set = class_escape()) {
      out_ += fmt::format("[{}]", *set);
    } else if (const auto excluded = negated_class_escape()) {
      out_ += fmt::format("[^{}]", *excluded);
    } else if (accept("\\b")) {
      out_ += fmt::format("(?:(?<=[{0}])(?![{0}])|(?<![{0}])(?=[{0}]))", word_class());
    } else if (accept("\\B")) {
      out_ += fmt::format("(?:(?<=[{0}])(?=[{0}])|(?<![{0}])(?![{0}]))", word_class());
    } else if (accept("\\A")) {
      out_ += "\\A";
    } else if (accept("\\z")) {
      out_ += "\\z";
    } else if (accept("\\Z")) {
      out_ += "(?=\\x{a}?\\z)";
    } else {
      append_escaped_character();
    }
  }

  /// The inside of a bracket class for an escape that names characters.
  std::optional<std::string> class_escape() {
    if (accept("\\s")) return std::string(oniguruma::kSpace);
    if (accept("\\d")) return property_class("Nd");
    if (accept("\\w")) return word_class();
    if (accept("\\h")) return std::string(oniguruma::kHexDigit);
    if (looking_at("\\p{") && !looking_at("\\p{^")) return property_class(property_name());
    return std::nullopt;
  }

  /// The inside of a bracket class for an escape that names all characters but these.
  std::optional<std::string> negated_class_escape() {
    if (accept("\\S")) return std::string(oniguruma::kSpace);
    if (accept("\\D")) return property_class("Nd");
    if (accept("\\W")) return word_class();
    if (accept("\\H")) return std::string(oniguruma::kHexDigit);
    if (looking_at("\\p{^") || looking_at("\\P{")) return property_class(property_name());
    return std::nullopt;
  }

  /// The name in `\p{name}`, `\P{name}` or `\p{^name}`.
  std::string_view property_name() {
    const std::size_t close = pattern_.find('}', position_);
    if (close == std::string_view::npos) unsupported("an unclosed \\p{");
    position_ += std::string_view("\\p{").size();
    accept("^");
    const std::string_view name = pattern_.substr(position_, close - position_);
    position_ = close + 1;
    return name;
  }

  /// One or two letters are a general category; more are a script, of which PCRE2 from 10.40 on
  /// would also take the extensions, which Oniguruma and RE2 do not.
  std::string property_class(std::string_view name) const {
    const bool is_script = name.size() > 2 && name != "Any";
    const char* prefix = is_script && dialect_ == RegexDialect::kPcre2 ? "sc:" : "";
    return fmt::format("\\p{{{}{}}}{}", prefix, name, unicode_additions(name));
  }

  std::string word_class() const {
    return property_class("L") + property_class("M") + property_class("Nd") +
           std::string(oniguruma::kWordRest);
  }

  /// An escape that stands for one character; the same in and out of brackets.
  void append_escaped_character() {
    ++position_;  // the backslash
    static constexpr std::string_view kLetters = "tnrfvae";
    static constexpr char kMeanings[] = "\t\n\r\f\v\a\x1b";
    const char c = peek();
    if (const auto known = kLetters.find(c); known != std::string_view::npos && !at_end()) {
      ++position_;
      out_ += fmt::format("\\x{{{:x}}}", static_cast<unsigned>(kMeanings[known]));
    } else if (c == 'x' || c == 'u') {
      append_coded_character();
    } else if (at_end() || std::isalnum(static_cast<unsigned char>(c))) {
      unsupported(fmt::format("the escape \"\\{}\"", at_end() ? ' ' : c));
    } else {
      append_literal(out_);
    }
  }

  /// `xHH` (ASCII only: beyond it Oniguruma means a byte), `x{H…}`, `uHHHH`.
  void append_coded_character() {
    const bool is_x = pattern_[position_++] == 'x';
    const bool braces = is_x && accept("{");
    const std::size_t most = braces ? 6 : is_x ? 2 : 4;
    std::string digits;
    while (digits.size() < most && std::isxdigit(static_cast<unsigned char>(peek()))) {
      digits += pattern_[position_++];
    }
    const bool complete = braces ? accept("}") && !digits.empty() : digits.size() == most;
    if (!complete || (is_x && !braces && digits[0] > '7')) unsupported("a coded character");
    out_ += fmt::format("\\x{{{}}}", digits);
  }

  void translate_class() {
    out_ += pattern_[position_++];
    if (accept("^")) out_ += '^';
    bool first = true;
    for (; first || peek() != ']'; first = false) {
      if (at_end()) unsupported("an unclosed \"[\"");
      translate_class_item();
    }
    ++position_;
    out_ += ']';
  }

  void translate_class_item() {
    if (looking_at("[") || looking_at("&&")) {
      unsupported("a class in a class (\"[[\", \"[:…:]\" or \"&&\")");
    }
    if (const auto set = class_escape()) {
      out_ += *set;
    } else if (accept("\\S")) {
      out_ += oniguruma::kNotSpace;
    } else if (accept("\\D")) {
      out_ += "\\P{Nd}";
    } else if (looking_at("\\p{^") || looking_at("\\P{")) {
      // What is younger than the library's tables stays in: a class has no difference operator.
      out_ += fmt::format("\\P{{{}}}", property_name());
    } else if (accept("\\b")) {
      out_ += "\\x{8}";
    } else if (accept("-")) {
      out_ += '-';
    } else if (peek() == '\\') {
      append_escaped_character();
    } else {
      append_literal(out_);
    }
  }

  const std::string_view pattern_;
  const RegexDialect dialect_;
  std::size_t position_ = 0;
  std::string out_;
  std::size_t atom_start_ = 0;             // where in out_ the last repeatable thing begins
  std::vector<std::size_t> group_starts_;  // where in out_ each open group begins
};

}  // namespace

std::string translate_oniguruma(std::string_view pattern, RegexDialect dialect) {
  return Translator(pattern, dialect).run();
}

}  // namespace evotoken::tokenizer
