// Commands with arguments: fractions, roots, functions, matrices.
#include <set>

#include "scorers/verified/latex_parser_state.h"
#include "scorers/verified/rational.h"
#include "scorers/verified/text.h"

namespace evotoken::scorers::verified {

mpq_class token_value(std::string_view text) {
  const std::size_t open = text.find('(');
  const std::string_view plain = text.substr(0, open);
  const std::size_t point = plain.find('.');
  const std::string_view decimals =
      point == std::string_view::npos ? std::string_view{} : plain.substr(point + 1);
  mpq_class value = decimal_value(plain.substr(0, point), decimals);
  if (open == std::string_view::npos) return value;
  const std::string_view period = text.substr(open + 1, text.size() - open - 2);
  mpz_class nines;
  mpz_ui_pow_ui(nines.get_mpz_t(), 10, period.size());
  nines -= 1;
  mpz_class scale;
  mpz_ui_pow_ui(scale.get_mpz_t(), 10, decimals.size());
  mpq_class repeated(mpz_class(std::string(period), 10), nines);
  repeated.canonicalize();
  return value + repeated / scale;
}

NodePtr LatexParser::matrix() {
  static const std::set<std::string_view> kMatrices = {
      "pmatrix", "bmatrix", "matrix", "Bmatrix", "vmatrix", "array", "smallmatrix"};
  const std::string name = tokens_[at_++].text;
  if (!kMatrices.contains(name)) throw NotMathematics{};
  if (name == "array" && take_sign('{')) {  // the alignment of its columns
    while (peek().kind != TokenKind::kStop && !take_sign('}')) ++at_;
  }
  Node node;
  node.kind = Kind::kMatrix;
  node.name = name == "vmatrix" ? "det" : "matrix";
  while (true) {
    std::size_t columns = 0;
    while (true) {
      node.args.push_back(relation());
      ++columns;
      if (!take_sign('&')) break;
    }
    if (node.columns != 0 && node.columns != columns) throw NotMathematics{};
    node.columns = columns;
    if (peek().kind != TokenKind::kRow) break;
    ++at_;
    if (peek().kind == TokenKind::kEnd) break;
  }
  if (peek().kind != TokenKind::kEnd || peek().text != name) throw NotMathematics{};
  ++at_;
  return std::make_shared<const Node>(std::move(node));
}

NodePtr LatexParser::fraction() {
  NodePtr above = argument(true);
  NodePtr below = argument(true);
  return make_node(Kind::kDivide, {std::move(above), std::move(below)});
}

/// `\sqrt{x}`, `\sqrt[3]{x}`, `\sqrt 15` (written so for √15, though TeX takes one digit).
NodePtr LatexParser::root() {
  NodePtr index = make_number(2);
  if (take_sign('[')) {
    index = sum();
    if (!take_sign(']')) throw NotMathematics{};
  }
  NodePtr radicand = argument(false);
  return make_node(Kind::kRoot, {std::move(radicand), std::move(index)});
}

/// An argument of a command: a group, or the next token; of a number all digits or, with
/// `one_digit`, as TeX reads it, the first alone (`\frac12`).
NodePtr LatexParser::argument(bool one_digit) {
  if (take_sign('{')) return braces();
  if (peek().kind == TokenKind::kNumber) {
    Token& token = tokens_[at_];
    if (!one_digit || token.text.size() == 1) return make_number(token_value(tokens_[at_++].text));
    const std::string digit = token.text.substr(0, 1);
    if (!is_digit(digit[0])) throw NotMathematics{};
    token.text.erase(0, 1);
    token.after_space = false;
    return make_number(token_value(digit));
  }
  if (peek().kind == TokenKind::kWord && !is_greek(peek().text)) return first_letter();
  return primary();
}

NodePtr LatexParser::function(const std::string& name) {
  std::vector<NodePtr> args;
  NodePtr exponent;
  std::string called = name == "lg" ? "log" : name;
  NodePtr base = name == "lg" ? make_number(10) : nullptr;
  while (at_sign('^') || at_sign('_')) {
    if (take_sign('_')) {
      base = argument(false);
    } else {
      ++at_;
      const bool negative = take_sign('-');
      exponent = argument(false);
      if (negative) exponent = make_node(Kind::kNegate, {exponent});
    }
  }
  args.push_back(function_argument());
  if (args[0]->kind == Kind::kTuple) args = args[0]->args;  // gcd(a, b)
  if (base && called == "log") args.push_back(base);
  const bool inverse = exponent && exponent->kind == Kind::kNegate &&
                       exponent->args[0]->kind == Kind::kNumber && exponent->args[0]->number == 1;
  if (inverse) called = "arc" + called;  // \sin^{-1}
  NodePtr node = make_node(Kind::kFunction, std::move(args), called);
  if (!exponent || inverse) return node;
  return make_node(Kind::kPower, {std::move(node), std::move(exponent)});
}

/// `(x)`, `{x}`, or the factors up to the next function, sum or relation: `\sin 2x \cos x`.
NodePtr LatexParser::function_argument() {
  ++in_function_;
  NodePtr node;
  if (at_sign('(') || at_sign('{')) {
    node = primary();
    // \sin{30}^\circ and \sin(30)^\circ: the angle's mark.
    if (at_sign('^') && (peek(1).text == "circ" || peek(2).text == "circ")) {
      node = postfix(std::move(node));
    }
  } else {
    std::vector<NodePtr> factors = {factor()};
    const auto goes_on = [this] {
      if (!starts_factor() || at_unit()) return false;
      return !is_function_name(peek().text) && peek().kind != TokenKind::kNumber && !at_sign('(');
    };
    while (goes_on()) factors.push_back(factor());
    if (factors.size() == 1 && at_sign('/') && peek(1).kind == TokenKind::kNumber) {
      ++at_;  // \sin \pi/6
      const NodePtr below = number();
      factors[0] = make_node(Kind::kDivide, {factors[0], below});
    }
    node = factors.size() == 1 ? factors[0] : make_node(Kind::kMultiply, std::move(factors));
  }
  --in_function_;
  return node;
}

}  // namespace evotoken::scorers::verified
