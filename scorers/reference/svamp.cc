// SVAMP: GSM8K's extraction; the gold is `float(...)` of what the file holds, text included.
#include <optional>
#include <string>

#include "scorers/reference/gold_error.h"
#include "scorers/reference/graders.h"
#include "scorers/reference/number_answer.h"
#include "scorers/reference/python_literals.h"

namespace evotoken::scorers::reference {
namespace {

std::optional<double> gold_number(const nlohmann::ordered_json& gold) {
  if (gold.is_null()) return std::nullopt;
  if (gold.is_number()) return gold.get<double>();
  if (gold.is_string()) {
    if (const auto number = parse_float(gold.get_ref<const std::string&>())) return number;
  }
  throw_bad_gold("svamp", gold, "a number; write the sample's Answer");
}

}  // namespace

Grade grade_svamp(std::string_view generation, const nlohmann::ordered_json& ground_truth) {
  return grade_number(generation, gold_number(ground_truth));
}

}  // namespace evotoken::scorers::reference
