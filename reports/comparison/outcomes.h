// What two runs are compared by: which items there were, asked how, and what came of each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/result_record.h"

namespace evotoken::reports {

/// One item of a run. Unknown verdicts are empty.
struct ItemOutcome {
  /// Which problem it is: a hash of the question, "#2" and so on behind it where a question comes
  /// again; its place in the files where no question is known.
  std::string key;
  std::string prompt;    ///< hash of question and prompt; equal: asked in the same words
  std::string question;  ///< for people; empty where not known
  std::optional<bool> reference;
  std::optional<bool> verified;
  std::string text;  ///< hash of the generation; empty where not known
};

/// All items of one setup in one directory, over all of its rank files.
struct OutcomeCell {
  std::string directory;
  std::string setup;
  std::string task;
  std::optional<std::int64_t> gen_length;
  std::optional<std::int64_t> steps;
  std::vector<ItemOutcome> items;
};

struct RunOutcomes {
  std::string label;  ///< how the user named the run
  std::vector<OutcomeCell> cells;
};

/// Collects records into a run's cells, in the order of the first record of each.
class OutcomesBuilder {
 public:
  explicit OutcomesBuilder(std::string label) { run_.label = std::move(label); }

  /// `question` and `generation` may be empty: not known. Records of unknown task are left out.
  void add(const ResultRecord& record, const std::string& question,
           const std::string& generation = "");

  RunOutcomes finish();

 private:
  RunOutcomes run_;
};

}  // namespace evotoken::reports
