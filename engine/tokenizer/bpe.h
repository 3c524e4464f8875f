// Byte-pair encoding: a word to token ids by merging neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/token_id.h"

namespace evotoken::tokenizer {

/// Finds strings by std::string_view without making a copy.
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
using Vocabulary = std::unordered_map<std::string, TokenId, StringHash, std::equal_to<>>;

/// The "model" of tokenizer.json. Immutable once made.
class Bpe {
 public:
  /// `ignore_merges`: a word that is a token as a whole is that token, whatever the merges say.
  /// `unknown`: stands for a character that is not in the vocabulary; without it such a character
  /// is dropped, as upstream does.
  Bpe(Vocabulary vocabulary, bool ignore_merges, std::optional<TokenId> unknown)
      : vocabulary_(std::move(vocabulary)), ignore_merges_(ignore_merges), unknown_(unknown) {}

  /// Adds the merge that comes after all that were added before. False when `left`, `right` or
  /// their concatenation is not in the vocabulary.
  bool add_merge(std::string_view left, std::string_view right);

  /// Appends the tokens of `word` (valid UTF-8) to `ids`. O(n log n) for a word of n characters.
  void encode(std::string_view word, std::vector<TokenId>& ids) const;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  std::optional<TokenId> find(std::string_view token) const;

 private:
  struct Merge {
    std::uint32_t rank;
    TokenId merged;
  };
  struct Symbol;
  class Merging;

  const Merge* find_merge(TokenId left, TokenId right) const;
  std::vector<Symbol> symbols_of(std::string_view word) const;

  Vocabulary vocabulary_;
  std::unordered_map<std::uint64_t, Merge> merges_;
  std::uint32_t next_rank_ = 0;
  bool ignore_merges_;
  std::optional<TokenId> unknown_;
};

}  // namespace evotoken::tokenizer
