// Finding all matches of an Oniguruma pattern, with RE2 where it can and PCRE2 where it must.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace evotoken::tokenizer {

/// Bytes [begin, end) of a text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool operator==(const Span&) const = default;
};

/// A compiled pattern in the syntax of tokenizer.json (Oniguruma). Immutable, safe to use from
/// several threads.
class Regex {
 public:
  /// Throws std::invalid_argument with the reason when the pattern is malformed or holds something
  /// that cannot be said in RE2's or PCRE2's words.
  explicit Regex(std::string_view pattern);
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  /// All matches in `text` (valid UTF-8), left to right without overlap. An empty match right
  /// behind the match before does not count.
  std::vector<Span> find_all(std::string_view text) const;

  /// Whether PCRE2 does the work: the pattern looks around or is possessive.
  bool backtracks() const;

 private:
  class Engine;
  class Re2Engine;
  class Pcre2Engine;
  std::unique_ptr<const Engine> engine_;
};

}  // namespace evotoken::tokenizer
