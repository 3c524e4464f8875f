// An answer in LaTeX or plain mathematics → its tree.
#pragma once

#include <optional>
#include <string_view>

#include "scorers/verified/expression.h"
#include "scorers/verified/latex_lexer.h"

namespace evotoken::scorers::verified {

/// `text` as an answer (grammar: latex_parser.cc); nothing where it is none. Throws LimitReached
/// past 4,096 bytes, 1,024 tokens or 100 levels.
std::optional<Answer> parse_answer(std::string_view text, Grouping grouping);

}  // namespace evotoken::scorers::verified
