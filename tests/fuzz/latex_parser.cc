// The parser by itself sees every byte, which extraction and equality would otherwise keep from it.
// What it returns must be a tree whose depth its own bounds hold; walking it shows that.
#include "scorers/verified/latex_parser.h"

#include <cstdlib>

#include "scorers/verified/limit.h"
#include "tests/fuzz/targets.h"

namespace evotoken::fuzz {

void latex_parser(std::string_view bytes) {
  using scorers::verified::Grouping;
  for (const Grouping grouping :
       {Grouping::kOutsideBrackets, Grouping::kNever, Grouping::kAlways}) {
    try {
      const auto answer = scorers::verified::parse_answer(bytes, grouping);
      if (answer && !scorers::verified::same_tree(*answer->root, *answer->root)) std::abort();
    } catch (const scorers::verified::LimitReached&) {
      // Said in the parser's contract.
    }
  }
}

}  // namespace evotoken::fuzz
