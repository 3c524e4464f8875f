// Numbers, letters, words, brackets and the choice among commands; the grammar around them:
// latex_parser.cc.
#include <algorithm>
#include <set>

#include "scorers/verified/latex_parser_state.h"
#include "scorers/verified/text.h"
#include "scorers/verified/units.h"

namespace evotoken::scorers::verified {
namespace {

const std::set<std::string_view> kFunctions = {
    "sin",    "cos",    "tan",    "cot",    "sec",  "csc",   "arcsin", "arccos",
    "arctan", "arccot", "arcsec", "arccsc", "sinh", "cosh",  "tanh",   "coth",
    "ln",     "log",    "lg",     "exp",    "abs",  "floor", "ceil",   "Re",
    "Im",     "gcd",    "lcm",    "max",    "min",  "det",   "arg"};

const std::set<std::string_view> kGreek = {
    "alpha",    "beta",    "gamma", "delta",  "epsilon", "varepsilon", "zeta",  "eta",   "theta",
    "vartheta", "iota",    "kappa", "lambda", "mu",      "nu",         "xi",    "rho",   "sigma",
    "tau",      "upsilon", "phi",   "varphi", "chi",     "psi",        "omega", "Gamma", "Delta",
    "Theta",    "Lambda",  "Xi",    "Sigma",  "Phi",     "Psi",        "Omega", "ell"};

bool is_upper(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string normal_words(std::string_view words) {
  std::string out;
  for (const char c : lower_case(trim(words))) {
    if (is_space(c) ? !out.ends_with(' ') : true) out += is_space(c) ? ' ' : c;
  }
  return out;
}

}  // namespace

bool is_function_name(std::string_view name) { return kFunctions.contains(name); }
bool is_greek(std::string_view name) { return kGreek.contains(name) || name == "pi"; }

NodePtr LatexParser::primary() {
  const Level level(depth_);
  switch (peek().kind) {
    case TokenKind::kNumber:
      return number();
    case TokenKind::kWord:
      return word();
    case TokenKind::kText:
      return text();
    case TokenKind::kBegin:
      return matrix();
    case TokenKind::kCommand:
      return command();
    case TokenKind::kSign:
      if (take_sign('(')) return bracket('(');
      if (take_sign('[')) return bracket('[');
      if (take_sign('{')) return braces();
      if (take_sign('|')) return absolute_value();
      throw NotMathematics{};
    default:
      throw NotMathematics{};
  }
}

NodePtr LatexParser::number() {
  const std::string digits = tokens_[at_++].text;
  if (at_sign('_') && digits.find_first_of(".(") == std::string::npos) {
    ++at_;
    return make_node(Kind::kBased, {argument(false)}, digits);
  }
  NodePtr value = make_number(token_value(digits));
  return value->number.get_den() == 1 ? mixed_number(value) : value;
}

/// `2\frac{1}{2}` and `2 1/2` are sums; anything but a proper fraction behind the number is not
/// part of it (`3\frac{x}{2}` is a product, `21/2` a quotient).
NodePtr LatexParser::mixed_number(const NodePtr& whole) {
  const std::size_t begin = at_;
  mpq_class above;
  mpq_class below;
  if (at_command("frac") || at_command("dfrac") || at_command("tfrac")) {
    ++at_;
    const NodePtr part = fraction();
    if (part->args[0]->kind == Kind::kNumber && part->args[1]->kind == Kind::kNumber) {
      above = part->args[0]->number;
      below = part->args[1]->number;
    }
  } else if (peek().kind == TokenKind::kNumber && peek().after_space && peek(1).text == "/" &&
             peek(2).kind == TokenKind::kNumber) {
    above = token_value(peek().text);
    below = token_value(peek(2).text);
    at_ += 3;
  }
  const bool proper =
      above.get_den() == 1 && below.get_den() == 1 && above >= 0 && below > 0 && above < below;
  if (proper) return make_number(whole->number + above / below);
  at_ = begin;
  return whole;
}

NodePtr LatexParser::word() {
  const std::string name = peek().text;
  if (is_function_name(name)) {
    ++at_;
    return function(name);
  }
  if (name == "sqrt") {
    ++at_;
    return root();
  }
  if (name == "pi" || is_greek(name)) {
    ++at_;
    return symbol_command(name);
  }
  if (name == "inf" || name == "infinity" || name == "oo") {
    ++at_;
    return make_node(Kind::kInfinity, {});
  }
  if (is_unit_word(name) && !(is_upper(name) && name.size() <= 4)) return words();
  return first_letter();
}

/// Consecutive words are one text.
NodePtr LatexParser::words() {
  std::string all;
  while (peek().kind == TokenKind::kWord || peek().kind == TokenKind::kText) {
    all += tokens_[at_++].text + " ";
  }
  return make_node(Kind::kText, {}, normal_words(all));
}

NodePtr LatexParser::text() {
  const std::string_view content = trim(peek().text);
  if (is_function_name(content)) {
    const std::string name(content);
    ++at_;
    return function(name);
  }
  if (content.size() == 1 && is_letter(content[0])) {
    tokens_[at_].kind = TokenKind::kWord;
    tokens_[at_].text = std::string(content);
    return first_letter();
  }
  return words();
}

/// The first letter of a word, which leaves the others in place: "xy" is a product.
NodePtr LatexParser::first_letter() {
  Token& token = tokens_[at_];
  const char letter = token.text[0];
  if (token.text.size() == 1) {
    ++at_;
  } else {
    token.text.erase(0, 1);
    token.after_space = false;
    return letter == 'i'   ? make_node(Kind::kI, {})
           : letter == 'e' ? make_node(Kind::kE, {})
                           : make_node(Kind::kSymbol, {}, std::string(1, letter));
  }
  if (!at_sign('_')) {
    if (letter == 'i') return make_node(Kind::kI, {});
    if (letter == 'e') return make_node(Kind::kE, {});
  }
  return subscripted(std::string(1, letter));
}

NodePtr LatexParser::subscripted(std::string name) {
  if (take_sign('_')) name += "_" + subscript();
  return make_node(Kind::kSymbol, {}, std::move(name));
}

/// The text of a subscript: a group or one token.
std::string LatexParser::subscript() {
  if (peek().kind == TokenKind::kStop) throw NotMathematics{};
  if (!take_sign('{')) return tokens_[at_++].text;
  std::string name;
  for (int depth = 1; depth > 0; ++at_) {
    if (peek().kind == TokenKind::kStop) throw NotMathematics{};
    if (at_sign('{')) ++depth;
    if (at_sign('}') && --depth == 0) continue;
    name += peek().text;
  }
  return name;
}

NodePtr LatexParser::symbol_command(const std::string& name) {
  if (name == "pi") return make_node(Kind::kPi, {});
  return subscripted(name == "varphi" ? "phi" : name == "varepsilon" ? "epsilon" : name);
}

NodePtr LatexParser::command() {
  const std::string name = tokens_[at_++].text;
  if (name == "frac" || name == "dfrac" || name == "tfrac" || name == "cfrac") return fraction();
  if (name == "sqrt") return root();
  if (name == "infty") return make_node(Kind::kInfinity, {});
  if (is_greek(name)) return symbol_command(name);
  if (is_function_name(name)) return function(name);
  if (name == "{" || name == "lbrace") return set();
  if (name == "lfloor") return between("rfloor", "floor");
  if (name == "lceil") return between("rceil", "ceil");
  if (name == "lvert") return between("rvert", "abs");
  if (name == "langle") {
    std::vector<NodePtr> items = elements();
    if (!take_command("rangle")) throw NotMathematics{};
    return make_node(Kind::kTuple, std::move(items), "()");
  }
  if (name == "binom" || name == "dbinom" || name == "tbinom") {
    NodePtr n = argument(true);
    NodePtr k = argument(true);
    return make_node(Kind::kFunction, {std::move(n), std::move(k)}, "binomial");
  }
  if (name == "emptyset" || name == "varnothing") return make_node(Kind::kSet, {});
  if (name == "mathbbR") {
    const NodePtr infinity = make_node(Kind::kInfinity, {});
    return make_node(Kind::kTuple, {make_node(Kind::kNegate, {infinity}), infinity}, "()");
  }
  if (name == "$" || name == "dollar") {
    answer_.units.insert("dollar");
    return factor();
  }
  if (name == "pounds" || name == "euro" || name == "yen") {
    answer_.units.insert(name);
    return factor();
  }
  if (name == "angle" || name == "triangle") return factor();
  throw NotMathematics{};
}

/// Behind "(" or "[": a group, a tuple or an interval.
NodePtr LatexParser::bracket(char open) {
  if (open == '(' && at_sign(')')) throw NotMathematics{};
  std::vector<NodePtr> items = elements();
  char close = 0;
  if (take_sign(')')) close = ')';
  if (close == 0 && take_sign(']')) close = ']';
  if (close == 0) throw NotMathematics{};
  if (items.size() > 1) return make_node(Kind::kTuple, std::move(items), {open, close});
  if ((open == '(') != (close == ')')) throw NotMathematics{};
  return items[0];
}

NodePtr LatexParser::braces() {
  std::vector<NodePtr> items = elements();
  if (!take_sign('}')) throw NotMathematics{};
  if (items.size() > 1) return make_node(Kind::kSet, std::move(items));
  return items[0];
}

/// `\{1, 2\}`, or `\{x \mid x > 2\}`, which is its condition.
NodePtr LatexParser::set() {
  const auto closed = [this] { return take_command("}") || take_command("rbrace"); };
  if (closed()) return make_node(Kind::kSet, {});
  ++builders_;
  std::vector<NodePtr> items = elements();
  if (items.size() == 1 && (take_sign('|') || take_command("mid"))) {
    NodePtr condition = relation();
    --builders_;
    if (!closed()) throw NotMathematics{};
    return condition;
  }
  --builders_;
  if (!closed()) throw NotMathematics{};
  return make_node(Kind::kSet, std::move(items));
}

NodePtr LatexParser::between(std::string_view close, std::string_view name) {
  NodePtr inner = sum();
  if (!take_command(close)) throw NotMathematics{};
  return make_node(Kind::kFunction, {std::move(inner)}, std::string(name));
}

NodePtr LatexParser::absolute_value() {
  ++bars_;
  NodePtr inner = sum();
  --bars_;
  if (!take_sign('|')) throw NotMathematics{};
  return make_node(Kind::kFunction, {std::move(inner)}, "abs");
}

}  // namespace evotoken::scorers::verified
