#include "training/example.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/progress.h"
#include "engine/tokenizer/byte_level.h"

namespace evotoken::training {
namespace {

constexpr std::string_view kHeader = "<|start_header_id|>";
constexpr std::string_view kEndOfTurn = "<|eot_id|>";

std::string prompt_text(const std::string& rendered, PromptEnd end) {
  if (end == PromptEnd::kAssistantHeader) return rendered;
  return rendered.substr(0, rendered.rfind(kHeader)) + "\n";
}

/// Marks the tokens that begin in an asked part of the text; what follows the last part belongs to
/// it. Parts start at byte `begin`.
std::vector<bool> mark_asked(const std::vector<TokenId>& tokens,
                             const tokenizer::Tokenizer& tokenizer, std::size_t begin,
                             const std::vector<std::string>& parts) {
  std::vector<std::pair<std::size_t, std::size_t>> spans;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i % 2 == 1) spans.emplace_back(begin, begin + parts[i].size());
    begin += parts[i].size();
  }
  if (parts.size() % 2 == 0) spans.back().second = std::string::npos;
  std::vector<bool> asked;
  std::size_t byte = 0;
  for (const TokenId token : tokens) {
    asked.push_back(std::any_of(spans.begin(), spans.end(), [&](const auto& span) {
      return span.first <= byte && byte < span.second;
    }));
    std::string bytes;
    tokenizer::append_token_bytes(tokenizer.token(token), bytes);
    byte += bytes.size();
  }
  return asked;
}

Example encode(const QuestionAnswer& item, const tokenizer::Tokenizer& tokenizer,
               const ExampleLimits& limits) {
  Example example;
  const bool dialogue = !item.user_turn.empty();
  const std::string rendered = dialogue ? tokenizer.render_user_turn(item.user_turn) : "";
  // As one string: a merge across the border of prompt and response belongs to upstream's result.
  example.tokens =
      tokenizer.encode(rendered + item.response + std::string(dialogue ? kEndOfTurn : ""));
  if (dialogue) {
    const auto prompt = tokenizer.encode(prompt_text(rendered, limits.prompt_end));
    example.prompt_length = static_cast<std::int64_t>(prompt.size());
  }
  if (!item.parts.empty()) {
    example.asked = mark_asked(example.tokens, tokenizer, rendered.size(), item.parts);
  }
  return example;
}

}  // namespace

std::vector<Example> encode_examples(const std::vector<QuestionAnswer>& data,
                                     const tokenizer::Tokenizer& tokenizer,
                                     const ExampleLimits& limits) {
  std::vector<Example> examples;
  Progress progress("encoding", static_cast<std::int64_t>(data.size()), "examples");
  for (const QuestionAnswer& item : data) {
    progress.advance();
    Example example = encode(item, tokenizer, limits);
    if (example.length() > limits.max_length) continue;
    if (example.length() - example.prompt_length < limits.min_response) continue;
    const std::int64_t filled = example.prompt_length + limits.pad_response_to;
    const bool open_end = example.asked.empty() || example.asked.back();
    if (example.length() < filled && open_end) {
      example.tokens.resize(static_cast<std::size_t>(filled), limits.pad_token);
      if (!example.asked.empty()) example.asked.resize(example.tokens.size(), true);
    }
    examples.push_back(std::move(example));
  }
  return examples;
}

}  // namespace evotoken::training
