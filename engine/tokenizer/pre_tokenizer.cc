// Mirrors `NormalizedString::split` (tokenizers, tokenizer/normalizer.rs), `find_matches`
// (tokenizer/pattern.rs) and `pre_tokenizers/{split,byte_level}.rs`.
#include "engine/tokenizer/pre_tokenizer.h"

#include <algorithm>

#include "engine/tokenizer/byte_level.h"

namespace evotoken::tokenizer {
namespace {

constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

struct Part {
  Span span;
  bool is_match;
};

/// The matches and what lies between them, in order and without gaps.
std::vector<Part> parts_of(std::string_view word, const Regex& regex, bool invert) {
  std::vector<Part> parts;
  std::size_t previous = 0;
  for (const Span& match : regex.find_all(word)) {
    if (previous != match.begin) parts.push_back({{previous, match.begin}, invert});
    parts.push_back({match, !invert});
    previous = match.end;
  }
  if (previous != word.size()) parts.push_back({{previous, word.size()}, invert});
  return parts;
}

/// Joins neighbours left to right: a part joins the span before it where `joins(part, was_match)`.
template <typename Joins>
std::vector<Span> join_parts(const std::vector<Part>& parts, Joins joins) {
  std::vector<Span> spans;
  bool was_match = false;
  for (const Part& part : parts) {
    if (!spans.empty() && joins(part, was_match)) {
      spans.back() = {std::min(spans.back().begin, part.span.begin),
                      std::max(spans.back().end, part.span.end)};
    } else {
      spans.push_back(part.span);
    }
    was_match = part.is_match;
  }
  return spans;
}

std::vector<Span> spans_of(std::vector<Part> parts, SplitBehavior behavior) {
  const auto match_after_other = [](const Part& part, bool was_match) {
    return part.is_match && !was_match;
  };
  switch (behavior) {
    case SplitBehavior::kRemoved:
      std::erase_if(parts, [](const Part& part) { return part.is_match; });
      break;
    case SplitBehavior::kContiguous:
      return join_parts(
          parts, [](const Part& part, bool was_match) { return part.is_match == was_match; });
    case SplitBehavior::kMergedWithPrevious:
      return join_parts(parts, match_after_other);
    case SplitBehavior::kMergedWithNext: {
      std::reverse(parts.begin(), parts.end());
      std::vector<Span> spans = join_parts(parts, match_after_other);
      std::reverse(spans.begin(), spans.end());
      return spans;
    }
    case SplitBehavior::kIsolated:
      break;
  }
  return join_parts(parts, [](const Part&, bool) { return false; });
}

}  // namespace

void SplitPreTokenizer::apply(Words& words) const {
  std::vector<Span> cut;
  for (const Span& word : words.spans) {
    for (const Span& span : spans_of(parts_of(words.view(word), regex_, invert_), behavior_)) {
      if (span.begin == span.end) continue;
      cut.push_back({word.begin + span.begin, word.begin + span.end});
    }
  }
  words.spans = std::move(cut);
}

ByteLevelPreTokenizer::ByteLevelPreTokenizer(bool add_prefix_space, bool use_regex)
    : add_prefix_space_(add_prefix_space) {
  if (!use_regex) return;
  gpt2_split_ = std::make_unique<const SplitPreTokenizer>(Regex(kGpt2Pattern),
                                                          SplitBehavior::kIsolated, false);
}

void ByteLevelPreTokenizer::apply(Words& words) const {
  if (add_prefix_space_) {
    Words prefixed;
    prefixed.text.reserve(words.text.size() + words.spans.size());
    for (const Span& word : words.spans) {
      const std::size_t begin = prefixed.text.size();
      if (!words.view(word).starts_with(' ')) prefixed.text += ' ';
      prefixed.text += words.view(word);
      prefixed.spans.push_back({begin, prefixed.text.size()});
    }
    words = std::move(prefixed);
  }
  if (gpt2_split_) gpt2_split_->apply(words);

  Words mapped;
  mapped.text.reserve(words.text.size() * 2);
  mapped.spans.reserve(words.spans.size());
  for (const Span& word : words.spans) {
    const std::size_t begin = mapped.text.size();
    append_byte_level(words.view(word), mapped.text);
    mapped.spans.push_back({begin, mapped.text.size()});
  }
  words = std::move(mapped);
}

}  // namespace evotoken::tokenizer
