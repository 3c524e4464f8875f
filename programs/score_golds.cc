#include "programs/score_golds.h"

#include <utility>

#include "scorers/scorer.h"
#include "tasks/task.h"

namespace evotoken::programs {

GoldsByQuestion read_golds(const std::filesystem::path& data_dir) {
  const tasks::Task& task = tasks::find_task("gsm8k");
  GoldsByQuestion golds;
  for (const datasets::Sample& sample : task.load(data_dir).samples) {
    golds.emplace(sample.question, task.verified_gold(sample));
  }
  return golds;
}

void restore_golds(const GoldsByQuestion& golds, ScoredFile& file) {
  for (std::size_t i = 0; i < file.records.size(); ++i) {
    reports::ResultRecord& record = file.records[i];
    if (record.task != "gsm8k" || record.has_gold || !record.verified) continue;
    const auto gold = golds.find(file.items[i].question);
    if (gold == golds.end()) continue;
    scorers::VerifiedGrade grade =
        scorers::find_verified_scorer("gsm8k")(file.items[i].generation, gold->second);
    record.verified = {std::move(grade.answer), grade.correct, std::move(grade.reason),
                       std::move(grade.flags)};
  }
}

}  // namespace evotoken::programs
