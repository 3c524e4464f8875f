// evotoken-score --show: graded items as a person reads them.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "programs/score_files.h"

namespace evotoken::programs {

/// What --show takes: "disagreements" (the two graders differ), or a reason of the verified grader.
std::vector<std::string> show_choices();

/// Writes the items of `file` that `what` names: place, both verdicts and extractions, reason and
/// flags, gold, text.
void show_items(const ScoredFile& file, const std::string& what, std::ostream& out);

}  // namespace evotoken::programs
