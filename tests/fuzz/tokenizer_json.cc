// A tokenizer.json, and then a text through all of its parts in Tokenizer::encode's order: patterns
// and merges of the file meet characters of every kind.
#include "engine/tokenizer/tokenizer_json.h"

#include <stdexcept>
#include <string>

#include "base/error.h"
#include "engine/tokenizer/utf8.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/targets.h"

namespace evotoken::fuzz {
namespace {

constexpr std::string_view kText =
    "Aa bb  1234 don't\n\t<|eot|> \u00e9e\u0301 \u4f60\U0001f600\xff";

void encode(const tokenizer::TokenizerParts& parts) {
  std::vector<TokenId> ids;
  parts.added_tokens.for_each_segment(
      tokenizer::to_valid_utf8(kText), [&](const tokenizer::Segment& segment) {
        if (segment.token) return;
        tokenizer::Words words{std::string(segment.text), {{0, segment.text.size()}}};
        for (const auto& step : parts.pre_tokenizers) step->apply(words);
        for (const tokenizer::Span& span : words.spans) parts.bpe.encode(words.view(span), ids);
      });
}

}  // namespace

void tokenizer_json(std::string_view bytes) {
  const MemoryFile file(bytes);
  try {
    encode(tokenizer::read_tokenizer_json(file.path()));
  } catch (const Error&) {
    // The message for the user.
  }
}

}  // namespace evotoken::fuzz
