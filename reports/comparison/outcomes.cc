#include "reports/comparison/outcomes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/hash.h"

namespace evotoken::reports {
namespace {

/// Half of the 128 bits: a chance of 1e-12 for a collision among 10,000 questions, and baselines
/// that are committed stay small.
constexpr std::size_t kKeyDigits = 16;

std::string short_hash(const std::string& text) { return content_hash(text).substr(0, kKeyDigits); }

}  // namespace

void OutcomesBuilder::add(const ResultRecord& record, const std::string& question,
                          const std::string& generation) {
  if (record.task.empty()) return;
  auto cell = std::find_if(run_.cells.begin(), run_.cells.end(), [&](const OutcomeCell& known) {
    return known.directory == record.directory && known.setup == record.setup &&
           known.task == record.task;
  });
  if (cell == run_.cells.end()) {
    cell = run_.cells.insert(
        run_.cells.end(),
        {record.directory, record.setup, record.task, record.gen_length, record.steps, {}});
  }
  ItemOutcome item;
  item.question = question;
  item.key = question.empty()
                 ? fmt::format("rank {} item {}", record.rank.value_or(0), record.index)
                 : short_hash(question);
  item.prompt = record.identity.substr(0, kKeyDigits);
  if (record.reference) item.reference = record.reference->correct;
  if (record.verified) item.verified = record.verified->correct;
  if (!generation.empty()) item.text = short_hash(generation);
  cell->items.push_back(std::move(item));
}

RunOutcomes OutcomesBuilder::finish() {
  for (OutcomeCell& cell : run_.cells) {
    std::map<std::string, int> seen;
    for (ItemOutcome& item : cell.items) {
      const int times = ++seen[item.key];
      if (times > 1) item.key += fmt::format("#{}", times);
    }
  }
  return std::move(run_);
}

}  // namespace evotoken::reports
