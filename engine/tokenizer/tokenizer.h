// Hugging Face byte-level BPE: text to token ids and back.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/token_id.h"

namespace evotoken::tokenizer {

/// A tokenizer read from `tokenizer.json` (and `tokenizer_config.json` for the named special tokens
/// and the chat template). Immutable and safe to use from several threads.
class Tokenizer {
 public:
  /// Reads the tokenizer of a model folder. Throws WeightsError naming the file and the field when
  /// it is missing, malformed or of a kind that is not supported.
  static Tokenizer load(const std::filesystem::path& model_dir);

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  /// Ids of `text` with added tokens recognised; no token is put before or after (the same as
  /// `encode(text, add_special_tokens=False)`). Bytes that are not valid UTF-8 count as U+FFFD, one
  /// for each maximal broken sequence, as Python's `decode("utf-8", "replace")` has it. Time near
  /// linear in the text, whatever its words.
  std::vector<TokenId> encode(std::string_view text) const;

  /// Text of `ids`; broken UTF-8 becomes U+FFFD as upstream does. `skip_special` drops special
  /// added tokens. Throws DataError for an id outside the vocabulary.
  std::string decode(std::span<const TokenId> ids, bool skip_special = false) const;

  /// Text of what a model wrote: as decode, but ids that the vocabulary lacks are dropped, as
  /// upstream does. LLaDA's head has more rows than its tokenizer has tokens.
  std::string decode_output(std::span<const TokenId> ids) const;

  /// The token as the vocabulary spells it (byte-level alphabet). Throws as decode.
  std::string_view token(TokenId id) const;

  /// The id of a token as the vocabulary spells it, or of an added token by its content.
  std::optional<TokenId> token_id(std::string_view token) const;

  /// Whether `id` names a token. A model's output layer may be wider than its tokenizer.
  bool contains(TokenId id) const;

  /// One more than the largest id, added tokens included.
  std::size_t vocab_size() const;

  /// A user turn rendered by the model's chat template up to where the assistant begins. Throws
  /// WeightsError when the template is absent or not one of the recognised ones.
  std::string render_user_turn(std::string_view user_turn) const;

 private:
  struct Impl;
  explicit Tokenizer(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace evotoken::tokenizer
