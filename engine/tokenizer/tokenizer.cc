// Text goes through added tokens, normalizer, pre-tokenizers and BPE, in the order of upstream's
// `TokenizerImpl::encode` (tokenizers, tokenizer/mod.rs); decoding mirrors its `decode`.
#include "engine/tokenizer/tokenizer.h"

#include <fmt/format.h>

#include <unordered_set>

#include "base/error.h"
#include "engine/tokenizer/byte_level.h"
#include "engine/tokenizer/chat_template.h"
#include "engine/tokenizer/tokenizer_json.h"
#include "engine/tokenizer/utf8.h"

namespace evotoken::tokenizer {
namespace {

/// Tokens by id; ids may have gaps, so each entry says whether it is there.
std::vector<std::optional<std::string>> tokens_by_id(const TokenizerParts& parts) {
  std::vector<std::optional<std::string>> tokens;
  const auto put = [&tokens](TokenId id, const std::string& token) {
    const auto index = static_cast<std::size_t>(id);
    if (index >= tokens.size()) tokens.resize(index + 1);
    tokens[index] = token;
  };
  for (const auto& [token, id] : parts.bpe.vocabulary()) put(id, token);
  for (const AddedToken& token : parts.added_tokens.tokens()) put(token.id, token.content);
  return tokens;
}

}  // namespace

struct Tokenizer::Impl {
  std::string file;
  TokenizerParts parts;
  ChatTemplate chat_template;
  std::vector<std::optional<std::string>> tokens;  // by id
  std::unordered_set<TokenId> special_ids;

  void encode_words(std::string_view text, std::vector<TokenId>& ids) const {
    Words words{std::string(text), {{0, text.size()}}};
    for (const auto& step : parts.pre_tokenizers) step->apply(words);
    for (const Span& span : words.spans) parts.bpe.encode(words.view(span), ids);
  }
};

Tokenizer::Tokenizer(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Tokenizer Tokenizer::load(const std::filesystem::path& model_dir) {
  const std::filesystem::path file = model_dir / "tokenizer.json";
  TokenizerParts parts = read_tokenizer_json(file);
  auto tokens = tokens_by_id(parts);
  std::unordered_set<TokenId> special_ids;
  for (const AddedToken& token : parts.added_tokens.tokens()) {
    if (token.special) special_ids.insert(token.id);
  }
  return Tokenizer(std::unique_ptr<const Impl>(
      new Impl{file.string(), std::move(parts), ChatTemplate::load(model_dir), std::move(tokens),
               std::move(special_ids)}));
}

std::vector<TokenId> Tokenizer::encode(std::string_view text) const {
  std::vector<TokenId> ids;
  impl_->parts.added_tokens.for_each_segment(to_valid_utf8(text), [&](const Segment& segment) {
    if (segment.token) {
      ids.push_back(*segment.token);
    } else {
      impl_->encode_words(segment.text, ids);
    }
  });
  return ids;
}

std::string Tokenizer::decode(std::span<const TokenId> ids, bool skip_special) const {
  std::string bytes;
  bool is_first = true;
  for (const TokenId id : ids) {
    const std::string_view spelled = token(id);
    if (skip_special && impl_->special_ids.contains(id)) continue;
    if (impl_->parts.decoder == DetokenizeRule::kByteLevel) {
      append_token_bytes(spelled, bytes);
    } else {
      if (!is_first) bytes += ' ';
      bytes += spelled;
    }
    is_first = false;
  }
  return to_valid_utf8(bytes);
}

std::string Tokenizer::decode_output(std::span<const TokenId> ids) const {
  std::vector<TokenId> known;
  for (const TokenId id : ids) {
    if (contains(id)) known.push_back(id);
  }
  return decode(known);
}

std::string_view Tokenizer::token(TokenId id) const {
  if (!contains(id)) {
    throw DataError(
        fmt::format("{}: no token has the id {}, expected one below {}; check that the ids come "
                    "from the model of this tokenizer",
                    impl_->file, id, vocab_size()));
  }
  return *impl_->tokens[static_cast<std::size_t>(id)];
}

std::optional<TokenId> Tokenizer::token_id(std::string_view token) const {
  for (const AddedToken& added : impl_->parts.added_tokens.tokens()) {
    if (added.content == token) return added.id;
  }
  return impl_->parts.bpe.find(token);
}

bool Tokenizer::contains(TokenId id) const {
  return id >= 0 && static_cast<std::size_t>(id) < impl_->tokens.size() &&
         impl_->tokens[static_cast<std::size_t>(id)].has_value();
}

std::size_t Tokenizer::vocab_size() const { return impl_->tokens.size(); }

std::string Tokenizer::render_user_turn(std::string_view user_turn) const {
  return impl_->chat_template.render_user_turn(user_turn);
}

}  // namespace evotoken::tokenizer
