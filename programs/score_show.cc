#include "programs/score_show.h"

#include <fmt/format.h>

#include <ostream>

#include "base/json_of.h"
#include "scorers/scorer.h"

namespace evotoken::programs {
namespace {

namespace reason = scorers::reason;

constexpr const char* kDisagreements = "disagreements";

bool is_wanted(const reports::ResultRecord& record, const std::string& what) {
  if (!record.reference || !record.verified) return false;
  if (what == kDisagreements) return record.reference->correct != record.verified->correct;
  return record.verified->reason == what;
}

}  // namespace

std::vector<std::string> show_choices() {
  return {kDisagreements,        reason::kNoGold,      reason::kNoAnswer, reason::kMalformed,
          reason::kWrongNumbers, reason::kScorerLimit, reason::kWrong,    reason::kCorrect};
}

void show_items(const ScoredFile& file, const std::string& what, std::ostream& out) {
  for (std::size_t i = 0; i < file.records.size() && i < file.items.size(); ++i) {
    const reports::ResultRecord& record = file.records[i];
    if (!is_wanted(record, what)) continue;
    const ScoreItem& item = file.items[i];
    const auto& verified = *record.verified;
    out << fmt::format(
        "{} item {} ({})\n"
        "  gold       {}\n"
        "  reference  {}  {}\n"
        "  verified   {}  {} ({}{}{})\n"
        "{}\n\n",
        file.path, record.index, item.task, dumped_json(item.ground_truth),
        record.reference->correct ? "correct" : "wrong  ", dumped_json(record.reference->answer),
        verified.correct ? "correct" : "wrong  ", dumped_json(verified.answer), verified.reason,
        verified.flags.empty() ? "" : ": ", fmt::join(verified.flags, ", "), item.generation);
  }
}

}  // namespace evotoken::programs
