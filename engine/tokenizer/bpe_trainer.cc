#include "engine/tokenizer/bpe_trainer.h"

#include <cstdint>
#include <queue>
#include <unordered_set>

#include "engine/tokenizer/byte_level.h"

namespace evotoken::tokenizer {
namespace {

using Symbol = std::uint32_t;

struct Word {
  std::vector<Symbol> symbols;
  std::int64_t count = 0;
};

struct Pair {
  Symbol left = 0;
  Symbol right = 0;

  static Pair of(std::uint64_t key) {
    return {static_cast<Symbol>(key >> 32), static_cast<Symbol>(key)};
  }
  std::uint64_t key() const { return (static_cast<std::uint64_t>(left) << 32) | right; }
};

/// Every pair of neighbours with its count and the words it is in, kept up to date over merges.
class PairTable {
 public:
  explicit PairTable(std::vector<Word> words) : words_(std::move(words)) {
    for (std::size_t w = 0; w < words_.size(); ++w) count_pairs(w, +1);
    for (const auto& [key, count] : counts_) queue_.push({count, key});
  }

  struct Candidate {
    std::int64_t count = 0;
    std::uint64_t key = 0;
    /// Order of a max-heap: the highest count, then the lowest key.
    bool operator<(const Candidate& other) const {
      return count != other.count ? count < other.count : key > other.key;
    }
  };

  /// The most frequent pair; count 0 when none is left.
  Candidate best() {
    while (!queue_.empty()) {
      const Candidate top = queue_.top();
      const auto found = counts_.find(top.key);
      const std::int64_t count = found == counts_.end() ? 0 : found->second;
      if (count == top.count) return top;
      queue_.pop();  // stale: the count fell since
      if (count > 0) queue_.push({count, top.key});
    }
    return {};
  }

  /// Replaces the pair by `merged` wherever it stands.
  void merge(std::uint64_t key, Symbol merged) {
    const std::unordered_set<std::size_t> places = std::move(places_[key]);
    places_.erase(key);
    touched_.clear();
    for (const std::size_t w : places) {
      count_pairs(w, -1);
      merge_in(words_[w], Pair::of(key), merged);
      count_pairs(w, +1);
    }
    for (const std::uint64_t pair : touched_) {
      const std::int64_t count = counts_[pair];
      if (count > 0) queue_.push({count, pair});
    }
  }

 private:
  void count_pairs(std::size_t w, int sign) {
    const Word& word = words_[w];
    for (std::size_t i = 0; i + 1 < word.symbols.size(); ++i) {
      const std::uint64_t key = Pair{word.symbols[i], word.symbols[i + 1]}.key();
      counts_[key] += sign * word.count;
      if (sign > 0) {
        places_[key].insert(w);
        touched_.insert(key);
      }
    }
  }

  static void merge_in(Word& word, Pair pair, Symbol merged) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < word.symbols.size(); ++out) {
      const bool here = i + 1 < word.symbols.size() && word.symbols[i] == pair.left &&
                        word.symbols[i + 1] == pair.right;
      word.symbols[out] = here ? merged : word.symbols[i];
      i += here ? 2 : 1;
    }
    word.symbols.resize(out);
  }

  std::vector<Word> words_;
  std::unordered_map<std::uint64_t, std::int64_t> counts_;
  std::unordered_map<std::uint64_t, std::unordered_set<std::size_t>> places_;
  std::unordered_set<std::uint64_t> touched_;
  std::priority_queue<Candidate> queue_;
};

}  // namespace

BpeTrainer::BpeTrainer(std::string word_pattern)
    : word_pattern_(std::move(word_pattern)), words_(word_pattern_) {}

void BpeTrainer::add(std::string_view text) {
  for (const Span span : words_.find_all(text)) {
    ++word_counts_[std::string(text.substr(span.begin, span.end - span.begin))];
  }
}

BytePairMerges BpeTrainer::train(std::size_t count) const {
  std::vector<Word> words;
  for (const auto& [text, occurrences] : word_counts_) {
    Word word;
    word.count = occurrences;
    for (const char c : text) word.symbols.push_back(static_cast<unsigned char>(c));
    words.push_back(std::move(word));
  }
  std::vector<std::string> spelling(256);
  for (std::size_t byte = 0; byte < 256; ++byte) {
    append_byte_level(std::string(1, static_cast<char>(byte)), spelling[byte]);
  }

  BytePairMerges result;
  result.word_pattern = word_pattern_;
  PairTable table(std::move(words));
  while (result.merges.size() < count) {
    const PairTable::Candidate best = table.best();
    if (best.count < 2) break;
    const Pair pair = Pair::of(best.key);
    result.merges.emplace_back(spelling[pair.left], spelling[pair.right]);
    spelling.push_back(spelling[pair.left] + spelling[pair.right]);
    table.merge(best.key, static_cast<Symbol>(spelling.size() - 1));
  }
  return result;
}

}  // namespace evotoken::tokenizer
