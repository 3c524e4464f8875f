// The grammar, from loose to tight; brackets, commands and functions: latex_primary.cc.
//
//   list      = relation (("," | ";" | "and" | "or") relation)*
//   relation  = union (sign union)*                 sign: = < > \le \ge \ne \in …
//   union     = sum (("\cup") sum)*
//   sum       = ("+" | "-" | "\pm")? term (("+" | "-" | "\pm" | "\mp") term)*
//   term      = factor (("*" | "/" | ":" | nothing) factor)*      with units and % between
//   factor    = ("+" | "-")? primary ("^" … | "!" | "'" | "^\circ")*
//
// Multiplication without a sign never joins to a number on its right: "4{10}" and "2 3" are no
// products. `1/2x` is (1/2)x, from left to right.
#include "scorers/verified/latex_parser.h"

#include <algorithm>

#include "scorers/verified/latex_parser_state.h"
#include "scorers/verified/text.h"
#include "scorers/verified/units.h"

namespace evotoken::scorers::verified {

bool LatexParser::take_sign(char c) {
  if (!at_sign(c)) return false;
  ++at_;
  return true;
}

bool LatexParser::take_command(std::string_view name) {
  if (!at_command(name)) return false;
  ++at_;
  return true;
}

Answer LatexParser::run() {
  answer_.root = list();
  while (take_sign('.')) {
  }
  if (peek().kind != TokenKind::kStop) throw NotMathematics{};
  return std::move(answer_);
}

bool LatexParser::at_separator() const { return at_sign(',') || at_sign(';'); }

std::vector<NodePtr> LatexParser::elements() {
  std::vector<NodePtr> items;
  items.push_back(relation());
  while (at_separator()) {
    while (at_separator()) ++at_;  // "1, 2, and 3"
    const bool ended = peek().kind == TokenKind::kStop || at_sign(')') || at_sign(']') ||
                       at_sign('}') || at_command("}") || at_sign('.');
    if (ended) break;
    items.push_back(relation());
  }
  return items;
}

NodePtr LatexParser::list() {
  std::vector<NodePtr> items = elements();
  if (items.size() == 1) return items[0];
  return make_node(Kind::kList, std::move(items));
}

/// The sign of a relation at the cursor as kRelation names it, taken; 0 where none stands.
char LatexParser::relation_sign() {
  static const std::vector<std::pair<std::string_view, char>> kCommands = {
      {"le", 'L'},       {"leq", 'L'},    {"leqslant", 'L'}, {"ge", 'G'},   {"geq", 'G'},
      {"geqslant", 'G'}, {"ne", '!'},     {"neq", '!'},      {"lt", '<'},   {"gt", '>'},
      {"in", 'e'},       {"approx", '='}, {"equiv", '='},    {"cong", '='}, {"sim", '='}};
  if (peek().kind == TokenKind::kCommand) {
    for (const auto& [name, sign] : kCommands) {
      if (take_command(name)) return sign;
    }
    return 0;
  }
  if (peek().kind == TokenKind::kWord && peek().text == "in" &&
      (peek(1).text == "[" || peek(1).text == "(")) {
    ++at_;
    return 'e';
  }
  for (const char c : {'=', '<', '>'}) {
    if (!take_sign(c)) continue;
    if (c != '=' && take_sign('=')) return c == '<' ? 'L' : 'G';
    return c;
  }
  return 0;
}

NodePtr LatexParser::relation() {
  const Level level(depth_);
  std::vector<NodePtr> sides = {set_union()};
  std::string signs;
  while (true) {
    if (take_command("implies") || take_command("Rightarrow") || take_command("rightarrow") ||
        take_command("to") || take_command("Longrightarrow")) {
      // What follows is the answer, what stands before led to it.
      sides = {set_union()};
      signs.clear();
      answer_.units.clear();
      continue;
    }
    const char sign = relation_sign();
    if (sign == 0) break;
    signs += sign;
    if (sign == '=') answer_.units.clear();  // "3 ft = 36 in": the last side is the answer
    sides.push_back(set_union());
  }
  if (signs.empty()) return sides[0];
  return make_node(Kind::kRelation, std::move(sides), signs);
}

NodePtr LatexParser::set_union() {
  std::vector<NodePtr> parts = {sum()};
  while (take_command("cup")) parts.push_back(sum());
  if (parts.size() == 1) return parts[0];
  return make_node(Kind::kUnion, std::move(parts));
}

NodePtr LatexParser::sum() {
  NodePtr total;
  if (take_command("pm")) {
    total = make_node(Kind::kPlusMinus, {make_number(0), term()}, "pm");
  } else if (take_command("mp")) {
    total = make_node(Kind::kPlusMinus, {make_number(0), term()}, "mp");
  } else {
    total = term();
  }
  std::vector<NodePtr> terms = {total};
  while (true) {
    if (take_sign('+')) {
      terms.push_back(term());
    } else if (take_sign('-')) {
      terms.push_back(make_node(Kind::kNegate, {term()}));
    } else if (at_command("pm") || at_command("mp")) {
      const std::string name = tokens_[at_++].text;
      NodePtr left = terms.size() == 1 ? terms[0] : make_node(Kind::kAdd, std::move(terms));
      terms = {make_node(Kind::kPlusMinus, {std::move(left), term()}, name)};
    } else {
      break;
    }
  }
  return terms.size() == 1 ? terms[0] : make_node(Kind::kAdd, std::move(terms));
}

/// Units, money and percent between or behind factors: taken down, not multiplied.
bool LatexParser::extra(const std::vector<NodePtr>& factors) {
  if (take_sign('%') || take_command("%")) {
    answer_.percent = true;
  } else if (take_command("$")) {
    answer_.units.insert("dollar");
  } else if (at_unit()) {
    // Words behind words go on with them: "no solution".
    if (factors.back()->kind == Kind::kText) throw NotMathematics{};
    unit();
  } else {
    return false;
  }
  return true;
}

NodePtr LatexParser::term() {
  std::vector<NodePtr> above;
  std::vector<NodePtr> below;
  const bool negative = at_sign('-');
  if (at_sign('-') || at_sign('+')) ++at_;
  above.push_back(factor());
  while (true) {
    if (extra(above)) continue;
    const bool times =
        take_sign('*') || take_command("cdot") || take_command("times") || take_command("ast");
    const bool divide = !times && (take_sign('/') || take_sign(':') || take_command("div"));
    if (!times && !divide && !starts_factor()) break;
    if (!times && !divide) {
      const bool number =
          peek().kind == TokenKind::kNumber || (at_sign('{') && peek(1).kind == TokenKind::kNumber);
      if (number || above.back()->kind == Kind::kText) throw NotMathematics{};
    }
    (divide ? below : above).push_back(factor());
  }
  const auto product = [](std::vector<NodePtr> factors) {
    return factors.size() == 1 ? factors[0] : make_node(Kind::kMultiply, std::move(factors));
  };
  NodePtr node = product(std::move(above));
  if (!below.empty()) node = make_node(Kind::kDivide, {node, product(std::move(below))});
  return negative ? make_node(Kind::kNegate, {node}) : node;
}

bool LatexParser::at_unit() const {
  const Token& token = peek();
  if (token.kind == TokenKind::kText) return !is_function_name(trim(token.text));
  if (token.kind != TokenKind::kWord) return false;
  if (token.text == "in" && (peek(1).text == "[" || peek(1).text == "(")) return false;
  return is_unit_word(token.text) && token.text != "sqrt" && !is_function_name(token.text) &&
         !is_greek(token.text);
}

std::string LatexParser::unit_word() {
  std::string word = tokens_[at_++].text;
  if (take_sign('^')) {
    const bool braced = take_sign('{');
    if (peek().kind != TokenKind::kNumber) throw NotMathematics{};
    word = std::string(trim(word)) + "^" + tokens_[at_++].text;
    if (braced && !take_sign('}')) throw NotMathematics{};
  }
  return word;
}

/// "cm^2", "miles per hour", "\text{ miles}/\text{hour}".
void LatexParser::unit() {
  std::string words;
  while (true) {
    words += unit_word() + " ";
    if (take_sign('.') || take_sign('~')) continue;
    if (at_sign('/') && (peek(1).kind == TokenKind::kText || peek(1).kind == TokenKind::kWord)) {
      ++at_;
      words += "/ ";
      continue;
    }
    // Short words go on with a unit that began: "5 ft per s".
    if (!at_unit() && peek().kind != TokenKind::kWord) break;
  }
  if (lower_case(trim(words)).starts_with("percent")) {
    answer_.percent = true;
    return;
  }
  const std::string name = canonical_unit(words);
  if (!name.empty()) answer_.units.insert(name);
}

NodePtr LatexParser::factor() {
  if (take_sign('-')) return make_node(Kind::kNegate, {postfix(primary())});
  take_sign('+');
  return postfix(primary());
}

NodePtr LatexParser::postfix(NodePtr base) {
  while (true) {
    if (take_sign('!')) {
      base = make_node(Kind::kFunction, {base}, "factorial");
    } else if (take_sign('^')) {
      base = power(std::move(base));
    } else if (at_sign('\'') && base->kind == Kind::kSymbol) {
      ++at_;
      base = make_node(Kind::kSymbol, {}, base->name + "'");
    } else if (at_sign('_') && base->kind == Kind::kNumber) {
      // A number in parentheses with its base: (1010)_2.
      ++at_;
      base = make_node(Kind::kBased, {argument(false)}, base->number.get_str());
    } else {
      return base;
    }
  }
}

/// What stands behind "^": an exponent, degrees, or the letters of an ordinal.
NodePtr LatexParser::power(NodePtr base) {
  const bool braced = at_sign('{') && peek(1).kind == TokenKind::kCommand &&
                      (peek(1).text == "circ" || peek(1).text == "prime");
  if (braced) ++at_;
  if (take_command("circ") || take_command("degree")) {
    if (braced && !take_sign('}')) throw NotMathematics{};
    if (in_function_ > 0) {
      const NodePtr right_angles =
          make_node(Kind::kDivide, {make_node(Kind::kPi, {}), make_number(180)});
      return make_node(Kind::kMultiply, {std::move(base), right_angles});
    }
    answer_.units.insert("degree");
    return base;
  }
  if (take_command("prime")) {
    if (braced && !take_sign('}')) throw NotMathematics{};
    return make_node(Kind::kSymbol, {}, base->name + "'");
  }
  const bool negative = take_sign('-');
  NodePtr exponent = argument(false);
  if (exponent->kind == Kind::kText) return base;  // 10^{\text{th}}
  if (negative) exponent = make_node(Kind::kNegate, {std::move(exponent)});
  return make_node(Kind::kPower, {std::move(base), std::move(exponent)});
}

bool LatexParser::starts_factor() const {
  static const std::vector<std::string_view> kNever = {
      "}",        "cup",        "cap",        "pm",       "mp",
      "le",       "leq",        "leqslant",   "ge",       "geq",
      "geqslant", "ne",         "neq",        "lt",       "gt",
      "in",       "approx",     "equiv",      "cong",     "sim",
      "implies",  "Rightarrow", "rightarrow", "to",       "Longrightarrow",
      "mid",      "rfloor",     "rceil",      "rvert",    "rangle",
      "rbrace",   "rbrack",     "cdot",       "times",    "ast",
      "div",      "%",          "setminus",   "backslash"};
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::kNumber:
    case TokenKind::kWord:
    case TokenKind::kText:
    case TokenKind::kBegin:
      return true;
    case TokenKind::kCommand:
      return std::find(kNever.begin(), kNever.end(), token.text) == kNever.end();
    case TokenKind::kSign:
      if (token.text[0] == '|') return bars_ == 0 && builders_ == 0;
      return token.text[0] == '(' || token.text[0] == '[' || token.text[0] == '{';
    default:
      return false;
  }
}

std::optional<Answer> parse_answer(std::string_view text, Grouping grouping) {
  try {
    Tokens tokens = tokenize_latex(text, grouping);
    const bool grouped = tokens.grouped_digits;
    Answer answer = LatexParser(std::move(tokens)).run();
    answer.grouped_digits = grouped;
    return answer;
  } catch (const NotMathematics&) {
    return std::nullopt;
  }
}

}  // namespace evotoken::scorers::verified
