// Cutting text into the words that byte-pair merges never cross.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/tokenizer/regex.h"

namespace evotoken::tokenizer {

/// A text and the parts of it that are words, left to right, none of them empty.
struct Words {
  std::string text;
  std::vector<Span> spans;

  std::string_view view(Span span) const {
    return std::string_view(text).substr(span.begin, span.end - span.begin);
  }
};

/// One step of "pre_tokenizer": cuts words further or rewrites them.
class PreTokenizer {
 public:
  virtual ~PreTokenizer() = default;
  virtual void apply(Words& words) const = 0;
};

/// What becomes of the matches of a Split (upstream's `SplitDelimiterBehavior`).
enum class SplitBehavior { kIsolated, kRemoved, kMergedWithPrevious, kMergedWithNext, kContiguous };

/// "Split": cuts where a pattern matches, or with `invert` where it does not.
class SplitPreTokenizer : public PreTokenizer {
 public:
  SplitPreTokenizer(Regex regex, SplitBehavior behavior, bool invert)
      : regex_(std::move(regex)), behavior_(behavior), invert_(invert) {}
  void apply(Words& words) const override;

 private:
  const Regex regex_;
  const SplitBehavior behavior_;
  const bool invert_;
};

/// "ByteLevel": optionally GPT-2's own pattern, then every byte as its character of the byte-level
/// alphabet.
class ByteLevelPreTokenizer : public PreTokenizer {
 public:
  ByteLevelPreTokenizer(bool add_prefix_space, bool use_regex);
  void apply(Words& words) const override;

 private:
  const bool add_prefix_space_;
  std::unique_ptr<const SplitPreTokenizer> gpt2_split_;  // null without use_regex
};

}  // namespace evotoken::tokenizer
