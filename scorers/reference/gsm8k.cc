// GSM8K: the gold was read from the data by `####\s*\$?([\d,]+(?:\.\d+)?)`, which knows no minus
// sign; the published files therefore hold null for negative golds, and null is never correct.
#include <limits>
#include <optional>

#include "scorers/reference/gold_error.h"
#include "scorers/reference/graders.h"
#include "scorers/reference/number_answer.h"

namespace evotoken::scorers::reference {
namespace {

std::optional<double> gold_number(const nlohmann::ordered_json& gold) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (gold.is_null()) return std::nullopt;
  if (gold.is_number()) return gold.get<double>();
  if (gold == "inf") return kInfinity;
  if (gold == "-inf") return -kInfinity;
  if (gold == "nan") return std::numeric_limits<double>::quiet_NaN();
  throw_bad_gold("gsm8k", gold, "a number or null; write the number after #### or null");
}

}  // namespace

Grade grade_gsm8k(std::string_view generation, const nlohmann::ordered_json& ground_truth) {
  return grade_number(generation, gold_number(ground_truth));
}

}  // namespace evotoken::scorers::reference
