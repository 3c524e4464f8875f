// Tokens that are found in the text itself, before any word is cut.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/token_id.h"
#include "engine/tokenizer/normalizer.h"

namespace evotoken::tokenizer {

/// An entry of "added_tokens" in tokenizer.json.
struct AddedToken {
  TokenId id = 0;
  std::string content;
  bool single_word = false;  // not inside of a word
  bool lstrip = false;       // swallows the white space before it
  bool rstrip = false;       // swallows the white space behind it
  bool normalized = false;   // looked for in the normalised text
  bool special = false;      // dropped by decoding with skip_special
};

/// Finds the longest of some strings at a place, in time linear in the match.
class LongestMatcher {
 public:
  /// Empty patterns are ignored; of equal ones the first counts.
  void add(std::string_view pattern, std::size_t index);

  struct Match {
    std::size_t index;
    std::size_t length;
  };
  std::optional<Match> match_at(std::string_view text, std::size_t position) const;

 private:
  static constexpr std::uint32_t kRoot = 0;
  std::unordered_map<std::uint64_t, std::uint32_t> children_;  // (node << 8 | byte) to node
  std::unordered_map<std::uint32_t, std::size_t> index_at_;    // node to the pattern it ends
  std::uint32_t node_count_ = 1;
};

/// A stretch of text: an added token, or text to cut into words.
struct Segment {
  std::string_view text;
  std::optional<TokenId> token;
};

/// Cuts text at the added tokens. Immutable once made.
class AddedTokens {
 public:
  AddedTokens() = default;
  AddedTokens(std::vector<AddedToken> tokens, Normalizer normalizer);

  /// Calls `visit` for each segment of `text` from left to right: tokens that are not normalised
  /// are found in the raw text, then the pieces between them are normalised and the other tokens
  /// found in those. Text segments are normalised.
  void for_each_segment(std::string_view text,
                        const std::function<void(const Segment&)>& visit) const;

  const std::vector<AddedToken>& tokens() const { return tokens_; }

 private:
  std::vector<Segment> split(std::string_view text, const LongestMatcher& matcher) const;

  std::vector<AddedToken> tokens_;
  Normalizer normalizer_;
  LongestMatcher raw_;
  LongestMatcher normalized_;
};

}  // namespace evotoken::tokenizer
