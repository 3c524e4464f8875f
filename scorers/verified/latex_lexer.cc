#include "scorers/verified/latex_lexer.h"

#include <algorithm>
#include <set>

#include "scorers/verified/limit.h"
#include "scorers/verified/text.h"

namespace evotoken::scorers::verified {
namespace {

constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kMaxTokens = 1024;

// Their content is words; the content of other font commands is mathematics.
const std::set<std::string_view> kTextCommands = {
    "text",   "mbox",   "textbf", "textit", "textrm", "mathrm",     "hbox",
    "texttt", "textsf", "emph",   "textup", "mathsf", "textnormal", "operatorname"};
const std::set<std::string_view> kIgnored = {
    "left",     "right",          "big",       "Big",       "bigg",     "Bigg",         "bigl",
    "bigr",     "Bigl",           "Bigr",      "biggl",     "biggr",    "displaystyle", "textstyle",
    "quad",     "qquad",          "limits",    "mathbf",    "mathit",   "boldsymbol",   "bm",
    "vec",      "mathcal",        "thinspace", "bold",      "hfill",    "bf",           "rm",
    "it",       "middle",         "mathop",    "mathstrut", "nolimits", "boxed",        "fbox",
    "overline", "overrightarrow", "hat",       "widehat",   "bar",      "enspace",      "space",
    "phantom"};

class Lexer {
 public:
  Lexer(std::string_view text, Grouping grouping) : text_(text), grouping_(grouping) {}

  Tokens run() {
    while (true) {
      skip_spaces();
      if (at_ >= text_.size()) break;
      step();
      if (tokens_.list.size() > kMaxTokens) throw LimitReached{};
    }
    add(TokenKind::kStop, "");
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  std::string_view rest() const { return text_.substr(at_); }

  void skip_spaces() {
    while (is_space(peek()) || peek() == '~' || peek() == '$') {
      ++at_;
      spaced_ = true;
    }
  }

  void add(TokenKind kind, std::string_view text) {
    tokens_.list.push_back({kind, std::string(text), spaced_});
    spaced_ = false;
  }

  void step() {
    const char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (is_letter(c)) {
      const std::size_t begin = at_;
      while (is_letter(peek())) ++at_;
      return word(text_.substr(begin, at_ - begin));
    }
    if (c == '\\') return command();
    if (c == '(' || c == '[') ++depth_;
    if ((c == ')' || c == ']') && depth_ > 0) --depth_;
    add(TokenKind::kSign, text_.substr(at_, 1));
    ++at_;
  }

  void word(std::string_view letters) {
    if (letters == "and" || letters == "or") return add(TokenKind::kSign, ",");
    add(TokenKind::kWord, letters);
  }

  /// "{…}" at the cursor as it stands, or the next character.
  std::string_view raw_group() {
    while (is_space(peek())) ++at_;
    if (peek() != '{') return text_.substr(std::min(at_++, text_.size()), 1);
    const std::size_t begin = ++at_;
    int depth = 1;
    for (; at_ < text_.size(); ++at_) {
      if (peek() == '\\') {
        ++at_;
      } else if (peek() == '{') {
        ++depth;
      } else if (peek() == '}' && --depth == 0) {
        break;
      }
    }
    at_ = std::min(at_, text_.size());
    const std::string_view content = text_.substr(begin, at_ - begin);
    ++at_;
    return content;
  }

  void text_command() {
    const std::size_t begin = at_;
    const std::string_view content = raw_group();
    if (content.find_first_of("0123456789") != std::string_view::npos) {
      at_ = begin;  // \text{10 cm}: what holds digits is mathematics
      return;
    }
    const std::string words = lower_case(trim(content));
    if (words == "and" || words == "or") return add(TokenKind::kSign, ",");
    add(TokenKind::kText, content);
  }

  void command() {
    ++at_;
    if (!is_letter(peek())) {
      const char c = peek();
      const std::string_view one = rest().substr(0, 1);
      ++at_;
      if (c == '\\') return add(TokenKind::kRow, "");
      if (std::string_view("!,;: ()[]>").find(c) != std::string_view::npos) {
        spaced_ = true;
        return;
      }
      if (c == '{') ++depth_;
      if (c == '}' && depth_ > 0) --depth_;
      return add(TokenKind::kCommand, one);
    }
    const std::size_t begin = at_;
    while (is_letter(peek())) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    if (kTextCommands.contains(name)) return text_command();
    if (name == "begin") return add(TokenKind::kBegin, raw_group());
    if (name == "end") return add(TokenKind::kEnd, raw_group());
    if (name == "mathbb") {
      return add(TokenKind::kCommand, "mathbb" + std::string(raw_group()));
    }
    if (kIgnored.contains(name)) return skip_hidden_delimiter(name);
    add(TokenKind::kCommand, name);
  }

  /// `\left.` and `\right.` are delimiters that are not there.
  void skip_hidden_delimiter(std::string_view name) {
    if ((name == "left" || name == "right") && peek() == '.') ++at_;
  }

  struct Group {
    std::size_t end = 0;  // behind its third digit; 0: no group
    bool plain = false;
  };

  Group group_at(std::string_view text) const {
    std::size_t gap = 0;
    for (const std::string_view s : {"{,}\\!", "{,}", ",\\!", "\\,", "\\!", ","}) {
      if (!text.starts_with(s)) continue;
      gap = s.size();
      break;
    }
    if (gap == 0) return {};
    Group group{gap, gap == 1};
    if (!group.plain) group.end = std::min(text.find_first_not_of(' ', gap), text.size());
    std::size_t count = 0;
    while (group.end < text.size() && is_digit(text[group.end])) ++group.end, ++count;
    return count == 3 ? group : Group{};
  }

  bool may_group(const Group& group) {
    if (!group.plain || grouping_ == Grouping::kAlways) return true;
    const bool grouped = grouping_ == Grouping::kOutsideBrackets && depth_ == 0;
    (grouped ? tokens_.grouped_digits : tokens_.plain_comma) = true;
    return grouped;
  }

  std::string_view digits() {
    const std::size_t begin = at_;
    while (is_digit(peek())) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  /// `\overline{36}` behind a point, as "(36)"; nothing when no digits stand in it.
  std::string repeating_digits() {
    const std::size_t begin = at_;
    at_ += std::string_view("\\overline{").size();
    const std::string_view period = digits();
    if (!period.empty() && peek() == '}') {
      ++at_;
      return "(" + std::string(period) + ")";
    }
    at_ = begin;
    return "";
  }

  void number() {
    std::string value(digits());
    if (!value.empty() && value.size() <= 3 && value[0] != '0') {
      for (Group group = group_at(rest()); group.end > 0 && may_group(group);
           group = group_at(rest())) {
        value += rest().substr(group.end - 3, 3);
        at_ += group.end;
      }
    }
    // "5." at the end of a sentence is 5.
    if (peek() == '.' && (is_digit(peek(1)) || rest().starts_with(".\\overline{"))) {
      value += '.';
      ++at_;
      value += digits();
      if (rest().starts_with("\\overline{")) value += repeating_digits();
    }
    add(TokenKind::kNumber, value);
  }

  std::string_view text_;
  Grouping grouping_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool spaced_ = false;
  Tokens tokens_;
};

}  // namespace

Tokens tokenize_latex(std::string_view text, Grouping grouping) {
  if (text.size() > kMaxText) throw LimitReached{};
  const std::string folded = fold_unicode(text);
  return Lexer(folded, grouping).run();
}

}  // namespace evotoken::scorers::verified
