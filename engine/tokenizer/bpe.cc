// The lowest-ranked pair is merged first, of equal ranks the leftmost, until none is left. The
// symbols are a linked list inside a vector and the candidate pairs a heap, so each merge costs
// O(log n). A candidate may be outdated by the time it comes up; it counts only if the symbols
// there still merge into the same token. Mirrors `Word::merge_all` (tokenizers,
// models/bpe/word.rs) and `merge_word` (models/bpe/model.rs).
#include "engine/tokenizer/bpe.h"

#include <queue>
#include <tuple>

#include "engine/tokenizer/utf8.h"

namespace evotoken::tokenizer {
namespace {

constexpr std::int64_t kNone = -1;

std::uint64_t pair_key(TokenId left, TokenId right) {
  return (std::uint64_t{static_cast<std::uint32_t>(left)} << 32) |
         static_cast<std::uint32_t>(right);
}

}  // namespace

struct Bpe::Symbol {
  TokenId id;
  std::int64_t previous;
  std::int64_t next;
  bool merged_away = false;
};

class Bpe::Merging {
 public:
  Merging(const Bpe& bpe, std::vector<Symbol>& symbols) : bpe_(bpe), symbols_(symbols) {}

  void run() {
    for (std::size_t i = 0; i + 1 < symbols_.size(); ++i) {
      consider(static_cast<std::int64_t>(i));
    }
    while (!candidates_.empty()) {
      const Candidate candidate = candidates_.top();
      candidates_.pop();
      if (is_current(candidate)) merge(candidate);
    }
  }

 private:
  struct Candidate {
    std::uint32_t rank;
    std::int64_t position;
    TokenId merged;
    bool operator>(const Candidate& other) const {
      return std::tie(rank, position) > std::tie(other.rank, other.position);
    }
  };

  Symbol& at(std::int64_t position) { return symbols_[static_cast<std::size_t>(position)]; }

  /// Makes the pair that begins at `position` a candidate if it merges.
  void consider(std::int64_t position) {
    if (position == kNone || at(position).next == kNone) return;
    const Merge* found = bpe_.find_merge(at(position).id, at(at(position).next).id);
    if (found != nullptr) candidates_.push({found->rank, position, found->merged});
  }

  bool is_current(const Candidate& candidate) {
    const Symbol& left = at(candidate.position);
    if (left.merged_away || left.next == kNone) return false;
    const Merge* found = bpe_.find_merge(left.id, at(left.next).id);
    return found != nullptr && found->merged == candidate.merged;
  }

  void merge(const Candidate& candidate) {
    Symbol& left = at(candidate.position);
    Symbol& right = at(left.next);
    left.id = candidate.merged;
    left.next = right.next;
    right.merged_away = true;
    if (left.next != kNone) at(left.next).previous = candidate.position;
    consider(left.previous);
    consider(candidate.position);
  }

  const Bpe& bpe_;
  std::vector<Symbol>& symbols_;
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates_;
};

bool Bpe::add_merge(std::string_view left, std::string_view right) {
  const auto left_id = find(left);
  const auto right_id = find(right);
  const auto merged_id = find(std::string(left) + std::string(right));
  if (!left_id || !right_id || !merged_id) return false;
  // A pair that is listed twice has the rank of the later place, as upstream's map does.
  merges_.insert_or_assign(pair_key(*left_id, *right_id), Merge{next_rank_, *merged_id});
  ++next_rank_;
  return true;
}

std::optional<TokenId> Bpe::find(std::string_view token) const {
  const auto found = vocabulary_.find(token);
  if (found == vocabulary_.end()) return std::nullopt;
  return found->second;
}

const Bpe::Merge* Bpe::find_merge(TokenId left, TokenId right) const {
  const auto found = merges_.find(pair_key(left, right));
  return found == merges_.end() ? nullptr : &found->second;
}

std::vector<Bpe::Symbol> Bpe::symbols_of(std::string_view word) const {
  std::vector<Symbol> symbols;
  symbols.reserve(word.size());
  for (std::size_t position = 0; position < word.size();) {
    const std::size_t length = sequence_length(word[position]);
    auto id = find(word.substr(position, length));
    if (!id) id = unknown_;
    position += length;
    if (!id) continue;
    const auto index = static_cast<std::int64_t>(symbols.size());
    symbols.push_back({*id, index - 1, index + 1});
  }
  if (!symbols.empty()) symbols.back().next = kNone;
  return symbols;
}

void Bpe::encode(std::string_view word, std::vector<TokenId>& ids) const {
  if (ignore_merges_) {
    if (const auto id = find(word)) {
      ids.push_back(*id);
      return;
    }
  }
  std::vector<Symbol> symbols = symbols_of(word);
  Merging(*this, symbols).run();
  for (const Symbol& symbol : symbols) {
    if (!symbol.merged_away) ids.push_back(symbol.id);
  }
}

}  // namespace evotoken::tokenizer
