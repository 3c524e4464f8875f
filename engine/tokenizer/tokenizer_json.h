// tokenizer.json: which parts make this tokenizer.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "engine/tokenizer/added_tokens.h"
#include "engine/tokenizer/bpe.h"
#include "engine/tokenizer/pre_tokenizer.h"

namespace evotoken::tokenizer {

/// How tokens become text again.
enum class DetokenizeRule {
  kByteLevel,        // the bytes of all tokens, one after the other
  kJoinedWithSpace,  // no decoder: the tokens as they are spelled, as upstream does
};

struct TokenizerParts {
  AddedTokens added_tokens;  // with the normalizer
  std::vector<std::unique_ptr<const PreTokenizer>> pre_tokenizers;
  Bpe bpe;
  DetokenizeRule decoder;
};

/// Reads a tokenizer.json. "truncation", "padding" and the post-processor say what upstream adds to
/// or cuts from an encoding; this tokenizer never does, so they are not used. Throws WeightsError
/// naming file, field, value and what is supported.
TokenizerParts read_tokenizer_json(const std::filesystem::path& path);

}  // namespace evotoken::tokenizer
