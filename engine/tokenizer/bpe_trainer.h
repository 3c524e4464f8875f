// Learning byte-pair merges from text (Sennrich et al., arXiv 1508.07909, over bytes as in GPT-2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/tokenizer/regex.h"

namespace evotoken::tokenizer {

/// What a trained tokenizer adds to the 256 bytes.
struct BytePairMerges {
  /// Oniguruma pattern; its matches are the words that merges never cross.
  std::string word_pattern;
  /// In order of rank, both sides in the byte-level alphabet.
  std::vector<std::pair<std::string, std::string>> merges;
};

/// Counts the words of texts and learns merges from them.
class BpeTrainer {
 public:
  /// Throws std::invalid_argument for a pattern that is not understood.
  explicit BpeTrainer(std::string word_pattern);

  /// Counts the words of `text` (valid UTF-8).
  void add(std::string_view text);

  /// Up to `count` merges: the most frequent neighbouring pair becomes a symbol, again and again,
  /// while a pair occurs at least twice. Ties go to the pair of older symbols, so the same texts in
  /// any order give the same merges. Time near linear in the number of distinct words times their
  /// length.
  BytePairMerges train(std::size_t count) const;

 private:
  std::string word_pattern_;
  Regex words_;
  std::unordered_map<std::string, std::int64_t> word_counts_;
};

}  // namespace evotoken::tokenizer
