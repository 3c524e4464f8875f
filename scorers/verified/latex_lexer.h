// LaTeX (and plain text mathematics) → tokens. Spacing, sizes, fonts and formula marks vanish here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace evotoken::scorers::verified {

enum class TokenKind : std::uint8_t {
  kNumber,   ///< "1234", ".5", "0.1(6)": digits, a point, a period; no separators of thousands
  kWord,     ///< a run of letters
  kCommand,  ///< "frac", "sqrt", "{" (the escaped brace), …: what stands behind the backslash
  kText,     ///< the content of \text{…} and its like
  kSign,     ///< one character, e.g. "+", "(", "{"
  kRow,      ///< "\\" in a matrix
  kBegin,    ///< \begin{text}
  kEnd,      ///< \end{text}
  kStop,     ///< after the last
};

struct Token {
  TokenKind kind = TokenKind::kStop;
  std::string text;
  bool after_space = false;  ///< white space stands before it
};

/// When a plain comma before exactly three digits separates thousands (`{,}`, `,\!` and `\,` always
/// do): "12,102" is a number alone and two in "(2,12) \cup (12,102)".
enum class Grouping : std::uint8_t { kOutsideBrackets, kNever, kAlways };

struct Tokens {
  std::vector<Token> list;      ///< ends with kStop
  bool grouped_digits = false;  ///< a plain comma was read as a separator of thousands
  bool plain_comma = false;     ///< a comma before three digits was read as one between numbers
};

/// Throws LimitReached past 4,096 bytes or 1,024 tokens.
Tokens tokenize_latex(std::string_view text, Grouping grouping);

}  // namespace evotoken::scorers::verified
