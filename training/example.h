// Questions and answers → token ids.
#pragma once

#include <cstdint>
#include <vector>

#include "base/token_id.h"
#include "engine/tokenizer/tokenizer.h"
#include "training/question_answer.h"

namespace evotoken::training {

struct Example {
  std::vector<TokenId> tokens;     ///< prompt, response, <|eot_id|>
  std::int64_t prompt_length = 0;  ///< tokens that are never masked
  /// Where not empty: per token whether it may be masked, in place of "all behind the prompt".
  std::vector<bool> asked;

  /// Whether masked-diffusion training may mask the token at `position`; padding counts as part of
  /// a response, but not of a text with gaps.
  bool may_mask(std::int64_t position) const {
    const auto at = static_cast<std::size_t>(position);
    return asked.empty() ? position >= prompt_length : at < asked.size() && asked[at];
  }

  std::int64_t length() const { return static_cast<std::int64_t>(tokens.size()); }
};

/// Where the prompt of an example ends.
enum class PromptEnd {
  /// Behind the assistant's header, where generation begins: LLaDA's SFT (GUIDELINES.md).
  kAssistantHeader,
  /// One token behind the user's turn, so that most of the header is learned as well: the
  /// published CTS trainer counts the tokens of the user's turn and a line end.
  kUserTurn,
};

struct ExampleLimits {
  std::int64_t max_length = 1024;  ///< longer examples are dropped
  std::int64_t min_response = 32;  ///< examples with fewer response tokens are dropped
  /// Shorter responses are filled up with `pad_token` to so many tokens: a model that always
  /// generates that many must learn to end early. Texts with gaps only where they end in one.
  std::int64_t pad_response_to = 0;
  TokenId pad_token = 0;
  PromptEnd prompt_end = PromptEnd::kAssistantHeader;
};

/// Encodes with the model's chat template; drops what the limits say.
std::vector<Example> encode_examples(const std::vector<QuestionAnswer>& data,
                                     const tokenizer::Tokenizer& tokenizer,
                                     const ExampleLimits& limits);

}  // namespace evotoken::training
