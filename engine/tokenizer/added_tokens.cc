// Mirrors tokenizers' tokenizer/added_vocabulary.rs: `find_matches`, `extract_and_normalize` and
// the order in which `refresh_added_tokens` gives the tokens to its matchers.
#include "engine/tokenizer/added_tokens.h"

#include <algorithm>

#include "engine/tokenizer/regex.h"
#include "engine/tokenizer/utf8.h"

namespace evotoken::tokenizer {
namespace {

std::uint64_t child_key(std::uint32_t node, char byte) {
  return (std::uint64_t{node} << 8) | static_cast<unsigned char>(byte);
}

/// `\w` of Rust's regex, which is not quite Oniguruma's: Alphabetic, marks, decimal numbers,
/// connectors and the two joiners.
bool is_word_character(char32_t code_point) {
  static const Regex kWord(
      R"([\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{200c}\x{200d}\x{24b6}-\x{24e9}\x{1f130}-\x{1f149})"
      R"(\x{1f150}-\x{1f169}\x{1f170}-\x{1f189}])");
  std::string character;
  append_utf8(code_point, character);
  return !kWord.find_all(character).empty();
}

/// Whether [begin, end) stands apart from the words around it.
bool is_single_word(std::string_view text, std::size_t begin, std::size_t end) {
  if (begin > 0 && is_word_character(previous_code_point(text, begin))) return false;
  return end == text.size() || !is_word_character(next_code_point(text, end));
}

/// Where the white space that ends at `position` begins, not before `limit`.
std::size_t skip_space_left(std::string_view text, std::size_t position, std::size_t limit) {
  while (position > limit) {
    std::size_t before = position;
    if (!is_white_space(previous_code_point(text, before))) break;
    position = before;
  }
  return position;
}

std::size_t skip_space_right(std::string_view text, std::size_t position) {
  while (position < text.size()) {
    std::size_t behind = position;
    if (!is_white_space(next_code_point(text, behind))) break;
    position = behind;
  }
  return position;
}

}  // namespace

void LongestMatcher::add(std::string_view pattern, std::size_t index) {
  if (pattern.empty()) return;
  std::uint32_t node = kRoot;
  for (const char byte : pattern) {
    const auto [child, is_new] = children_.try_emplace(child_key(node, byte), node_count_);
    if (is_new) ++node_count_;
    node = child->second;
  }
  index_at_.try_emplace(node, index);
}

std::optional<LongestMatcher::Match> LongestMatcher::match_at(std::string_view text,
                                                              std::size_t position) const {
  std::optional<Match> longest;
  std::uint32_t node = kRoot;
  for (std::size_t i = position; i < text.size(); ++i) {
    const auto child = children_.find(child_key(node, text[i]));
    if (child == children_.end()) break;
    node = child->second;
    const auto end = index_at_.find(node);
    if (end != index_at_.end()) longest = Match{end->second, i + 1 - position};
  }
  return longest;
}

AddedTokens::AddedTokens(std::vector<AddedToken> tokens, Normalizer normalizer)
    : tokens_(std::move(tokens)), normalizer_(std::move(normalizer)) {
  for (const bool special : {true, false}) {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const AddedToken& token = tokens_[i];
      if (token.special != special) continue;
      if (token.normalized) {
        normalized_.add(normalizer_.normalize(token.content), i);
      } else {
        raw_.add(token.content, i);
      }
    }
  }
}

std::vector<Segment> AddedTokens::split(std::string_view text,
                                        const LongestMatcher& matcher) const {
  std::vector<Segment> segments;
  std::size_t done = 0;
  for (std::size_t position = 0; position < text.size();) {
    const auto match = matcher.match_at(text, position);
    if (!match) {
      ++position;
      continue;
    }
    const AddedToken& token = tokens_[match->index];
    std::size_t begin = position;
    std::size_t end = position + match->length;
    position = end;  // the search goes on here even if the match is dropped or grows
    if (token.single_word && !is_single_word(text, begin, end)) continue;
    if (token.lstrip) begin = std::max(done, skip_space_left(text, begin, std::min(begin, done)));
    if (token.rstrip) end = skip_space_right(text, end);
    if (done < begin) segments.push_back({text.substr(done, begin - done), std::nullopt});
    segments.push_back({text.substr(begin, end - begin), token.id});
    done = end;
  }
  if (done < text.size()) segments.push_back({text.substr(done), std::nullopt});
  return segments;
}

void AddedTokens::for_each_segment(std::string_view text,
                                   const std::function<void(const Segment&)>& visit) const {
  for (const Segment& raw : split(text, raw_)) {
    if (raw.token) {
      visit(raw);
      continue;
    }
    const std::string normalized = normalizer_.normalize(raw.text);
    for (const Segment& segment : split(normalized, normalized_)) visit(segment);
  }
}

}  // namespace evotoken::tokenizer
