#include "scorers/reference/number_answer.h"

#include <re2/re2.h>

#include <string>

#include "scorers/reference/python_literals.h"
#include "scorers/reference/python_text.h"

namespace evotoken::scorers::reference {
namespace {

// Python's `-?\d+\.?\d*`; RE2's \d knows ASCII digits only, Python's all of category Nd.
const RE2& number_pattern() {
  static const RE2 kPattern(R"((-?\p{Nd}+\.?\p{Nd}*))");
  return kPattern;
}

std::optional<double> first_number(std::string_view text) {
  re2::StringPiece found;
  if (!RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), number_pattern(), &found)) {
    return std::nullopt;
  }
  return parse_float({found.data(), found.size()});
}

std::optional<double> last_number(std::string_view text) {
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece last;
  while (RE2::FindAndConsume(&rest, number_pattern(), &last)) {
  }
  return last.data() == nullptr ? std::nullopt : parse_float({last.data(), last.size()});
}

// A box of nothing but dots is a placeholder that the model copied from its prompt.
bool is_placeholder(std::string_view content) {
  return content.find_first_not_of('.') == std::string_view::npos;
}

std::optional<double> number_in_boxes(std::string_view text) {
  static const RE2 kBox(R"(\\boxed\{(.*?)\})");  // `.` stops at a newline, as in Python
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece found;
  while (RE2::FindAndConsume(&rest, kBox, &found)) {
    const std::string_view content = strip({found.data(), found.size()});
    if (is_placeholder(content)) continue;
    if (const std::optional<double> whole = parse_float(content)) return whole;
    if (const std::optional<double> part = first_number(content)) return part;
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> extract_number(std::string_view text) {
  if (const std::optional<double> boxed = number_in_boxes(text)) return boxed;
  const std::optional<std::string_view> tag = first_answer_tag(text);
  if (!tag) return std::nullopt;
  if (const std::optional<double> whole = parse_float(*tag)) return whole;
  return last_number(*tag);
}

Grade grade_number(std::string_view generation, std::optional<double> gold) {
  const std::optional<double> answer = extract_number(repair_utf8(generation));
  if (!answer) return {};
  return {.answer = float_to_json(*answer), .correct = gold && *answer == *gold};
}

}  // namespace evotoken::scorers::reference
