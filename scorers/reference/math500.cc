// MATH500: the last box, else the answer tag, compared by normalised strings.
#include <optional>
#include <string>

#include "scorers/reference/boxed.h"
#include "scorers/reference/gold_error.h"
#include "scorers/reference/graders.h"
#include "scorers/reference/math_normalisation.h"
#include "scorers/reference/python_text.h"

namespace evotoken::scorers::reference {

Grade grade_math500(std::string_view generation, const nlohmann::ordered_json& ground_truth) {
  if (!ground_truth.is_string()) {
    throw_bad_gold("math500", ground_truth, "a string; write the sample's answer");
  }
  const std::string text = repair_utf8(generation);
  std::optional<std::string_view> answer = last_box(text);
  if (!answer || answer->empty()) {
    // Without a tag, null stays null and empty stays empty (which a gold may equal).
    if (const std::optional<std::string_view> tag = first_answer_tag(text)) answer = tag;
  }
  if (!answer) return {};
  const std::string gold = repair_utf8(ground_truth.get_ref<const std::string&>());
  return {.answer = std::string(*answer), .correct = math_answers_equal(*answer, gold)};
}

}  // namespace evotoken::scorers::reference
