// The parser's state and productions; for latex_parser.cc and latex_primary.cc alone.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scorers/verified/expression.h"
#include "scorers/verified/latex_lexer.h"
#include "scorers/verified/limit.h"

namespace evotoken::scorers::verified {

/// The text is no answer that the grammar knows.
struct NotMathematics {};

class LatexParser {
 public:
  explicit LatexParser(Tokens tokens) : tokens_(std::move(tokens.list)) {}

  /// The whole text. Throws NotMathematics, LimitReached.
  Answer run();

 private:
  /// Counts a level of recursion while it lives.
  class Level {
   public:
    explicit Level(int& depth) : depth_(depth) {
      constexpr int kMaxDepth = 100;
      if (++depth_ > kMaxDepth) throw LimitReached{};
    }
    ~Level() { --depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    int& depth_;
  };

  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool at_sign(char c) const { return peek().kind == TokenKind::kSign && peek().text[0] == c; }
  bool at_command(std::string_view name) const {
    return peek().kind == TokenKind::kCommand && peek().text == name;
  }
  bool take_sign(char c);
  bool take_command(std::string_view name);

  // latex_parser.cc
  NodePtr list();
  std::vector<NodePtr> elements();
  NodePtr relation();
  char relation_sign();
  NodePtr set_union();
  NodePtr sum();
  NodePtr term();
  bool extra(const std::vector<NodePtr>& factors);
  bool at_unit() const;
  void unit();
  std::string unit_word();
  NodePtr factor();
  NodePtr postfix(NodePtr base);
  NodePtr power(NodePtr base);
  bool starts_factor() const;
  bool at_separator() const;

  // latex_primary.cc; from matrix() on latex_command.cc
  NodePtr primary();
  NodePtr number();
  NodePtr mixed_number(const NodePtr& whole);
  NodePtr word();
  NodePtr words();
  NodePtr text();
  NodePtr command();
  NodePtr symbol_command(const std::string& name);
  NodePtr first_letter();
  NodePtr subscripted(std::string name);
  std::string subscript();
  NodePtr bracket(char open);
  NodePtr braces();
  NodePtr set();
  NodePtr between(std::string_view close, std::string_view function);
  NodePtr absolute_value();
  NodePtr matrix();
  NodePtr fraction();
  NodePtr root();
  NodePtr argument(bool one_digit);
  NodePtr function(const std::string& name);
  NodePtr function_argument();

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int bars_ = 0;         // inside |…|, where a bar closes
  int builders_ = 0;     // inside {… | …}, where a bar divides
  int in_function_ = 0;  // an argument of a function: degrees are angles there
  Answer answer_;
};

/// The value of a number token: "12", ".5", "0.1(6)", as the lexer writes them.
mpq_class token_value(std::string_view text);

/// Is `name` a function of one argument that the evaluation knows, e.g. "sin", "log"?
bool is_function_name(std::string_view name);

/// Is `name` a Greek letter, with the spelling of LaTeX?
bool is_greek(std::string_view name);

}  // namespace evotoken::scorers::verified
