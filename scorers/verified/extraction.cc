// Boxes are found from the end of the text: a corrected answer beats the first one. A box counts as
// complete when its brace closes before any "</": a brace behind `</answer` is the tag's own slip.
#include "scorers/verified/extraction.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "scorers/scorer.h"
#include "scorers/verified/text.h"

namespace evotoken::scorers::verified {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::array<std::string_view, 2> kEndTokens = {"<|eot_id|>", "<|endoftext|>"};
constexpr std::array<std::string_view, 2> kBoxes = {"\\boxed", "\\fbox"};

/// The last offset below `before` where `part` stands. The library's rfind compares at every one.
std::size_t find_last(std::string_view text, std::string_view part, std::size_t before) {
  while (before > 0) {
    const void* at = ::memrchr(text.data(), part[0], std::min(before, text.size()));
    if (at == nullptr) break;
    before = static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
    if (text.substr(before).starts_with(part)) return before;
  }
  return kNone;
}

/// Nothing but white space and dots: a placeholder that the model copied from its prompt.
bool is_placeholder(std::string_view content) {
  return std::all_of(content.begin(), content.end(),
                     [](char c) { return c == '.' || is_space(c); });
}

/// The offset of the brace that closes the one before `begin`, escaped ones passed over; kNone when
/// "</" or the end comes first.
std::size_t closing_brace(std::string_view text, std::size_t begin) {
  constexpr std::size_t kLongestBox = 1U << 16U;  // bounds the time of a text of open boxes
  const std::size_t limit = std::min(text.size(), begin + kLongestBox);
  int depth = 1;
  for (std::size_t i = begin; i < limit; ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return i;
    } else if (c == '<' && text.substr(i).starts_with("</")) {
      return kNone;
    }
  }
  return kNone;
}

/// `\boxed 7`: what stands behind the command, up to white space outside braces or the end of the
/// formula.
std::string_view unbraced_content(std::string_view rest) {
  int depth = 0;
  std::size_t i = 0;
  for (; i < rest.size(); ++i) {
    const char c = rest[i];
    if (c == '{') ++depth;
    if (c == '}' && --depth < 0) break;
    if (c == '$' || c == '<' || c == '\n' || (depth == 0 && is_space(c))) break;
    if (c == '\\' && i + 1 < rest.size()) {
      if (rest[i + 1] == ')' || rest[i + 1] == ']') break;
      ++i;
    }
  }
  std::string_view content = rest.substr(0, std::min(i, rest.size()));
  while (!content.empty() && (content.back() == '.' || content.back() == ',')) {
    content.remove_suffix(1);
  }
  return content;
}

/// The content of an unclosed box: up to a newline or "</", without a trailing ">" and the closing
/// of the formula.
std::string_view unclosed_content(std::string_view rest) {
  rest = rest.substr(0, rest.find("</"));
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  rest = trim(rest.substr(0, rest.find('\n')));
  for (bool cut = true; cut;) {
    cut = false;
    for (const std::string_view tail : {">", "<", ".", ",", "$", "\\)", "\\]", "\\}"}) {
      if (!rest.ends_with(tail) || is_placeholder(rest)) continue;
      rest = trim(rest.substr(0, rest.size() - tail.size()));
      cut = true;
    }
  }
  return rest;
}

struct Boxes {
  std::optional<std::string_view> complete;
  std::optional<std::string_view> unclosed;
};

/// A box around a box: the inner one was looked at before and was no answer.
bool holds_box(std::string_view content) {
  return content.find("boxed") != kNone || content.find("\\fbox") != kNone;
}

/// Reads the box command that ends at `rest`'s begin into `boxes` where it is better than what
/// stands there.
void read_box(std::string_view rest, Boxes& boxes) {
  const std::size_t begin = rest.find_first_not_of(" \t\r\n");
  if (begin == kNone) return;
  if (rest[begin] != '{') {
    if (begin == 0 && is_letter(rest[0])) return;  // another command, e.g. \boxedx
    const std::string_view content = unbraced_content(rest.substr(begin));
    if (!is_placeholder(content)) boxes.complete = content;
    return;
  }
  const std::size_t end = closing_brace(rest, begin + 1);
  if (end != kNone) {
    const std::string_view content = trim(rest.substr(begin + 1, end - begin - 1));
    if (!is_placeholder(content) && !holds_box(content)) boxes.complete = content;
  } else if (!boxes.unclosed) {
    const std::string_view content = unclosed_content(rest.substr(begin + 1));
    if (!is_placeholder(content) && !holds_box(content)) boxes.unclosed = content;
  }
}

/// Boxes from the last to the first, until one is complete. kMaxBoxes keeps a text of nothing but
/// open boxes linear.
Boxes find_boxes(std::string_view text) {
  constexpr int kMaxBoxes = 64;
  Boxes boxes;
  std::size_t before = text.size();
  for (int seen = 0; !boxes.complete && seen < kMaxBoxes; ++seen) {
    std::size_t last = kNone;
    std::size_t size = 0;
    for (const std::string_view command : kBoxes) {
      const std::size_t at = find_last(text, command, before);
      if (at != kNone && (last == kNone || at > last)) {
        last = at;
        size = command.size();
      }
    }
    if (last == kNone) break;
    read_box(text.substr(last + size), boxes);
    before = last;
  }
  return boxes;
}

/// Of `boxed{4}`, its backslash lost, the 4; of `\boxed{}101`, an empty box beside its answer, the
/// 101.
std::string_view without_bare_box(std::string_view content) {
  constexpr std::string_view kBareBox = "boxed{";
  const std::size_t at = content.rfind(kBareBox);
  if (at == kNone) return content;
  const std::size_t begin = at + kBareBox.size();
  const std::size_t end = closing_brace(content, begin);
  const std::string_view inside = trim(content.substr(begin, end == kNone ? kNone : end - begin));
  if (!is_placeholder(inside) || end == kNone) return inside;
  const std::string_view behind = trim(content.substr(end + 1));
  if (!is_placeholder(behind)) return behind;
  const std::string_view before = content.substr(0, at);
  return trim(before.substr(0, before.size() - (before.ends_with('\\') ? 1 : 0)));
}

std::optional<std::string_view> find_answer_tag(std::string_view text) {
  constexpr std::string_view kTag = "<answer>";
  std::size_t before = text.size();
  while (before > 0) {
    const std::size_t at = find_last(text, kTag, before);
    if (at == kNone) return std::nullopt;
    std::string_view content = text.substr(at + kTag.size(), before - at - kTag.size());
    content = without_bare_box(trim(content.substr(0, content.find("</"))));
    if (!is_placeholder(content)) return content;
    before = at;
  }
  return std::nullopt;
}

/// The rest of the line after the last "####".
std::optional<std::string_view> find_hash_mark(std::string_view text) {
  constexpr std::string_view kMark = "####";
  const std::size_t at = find_last(text, kMark, text.size());
  if (at == kNone) return std::nullopt;
  std::string_view content = text.substr(at + kMark.size());
  content = trim(content.substr(0, content.find("</")));
  content = trim(content.substr(0, content.find('\n')));
  if (content.find_first_of("0123456789") == kNone) return std::nullopt;
  return content;
}

}  // namespace

Extraction extract_answer(std::string_view generation) {
  std::size_t end = kNone;
  for (const std::string_view token : kEndTokens) end = std::min(end, generation.find(token));
  const std::string_view text = generation.substr(0, end);

  const Boxes boxes = find_boxes(text);
  if (boxes.complete) return {std::string(*boxes.complete), {}};
  if (boxes.unclosed) return {std::string(*boxes.unclosed), {flag::kUnclosedBox}};
  if (const auto tag = find_answer_tag(text)) return {std::string(*tag), {flag::kAnswerTag}};
  if (const auto mark = find_hash_mark(text)) return {std::string(*mark), {flag::kHashMark}};
  Extraction none;
  if (end == kNone) none.flags.emplace_back(flag::kTruncated);
  return none;
}

}  // namespace evotoken::scorers::verified
