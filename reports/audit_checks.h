// The checks behind audit_results. Each looks at one setup of one directory and adds its findings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/audit.h"

namespace evotoken::reports {

/// The readable files of one setup in one directory, in order of rank, then path.
struct AuditedSetup {
  std::string directory;
  std::string setup;
  std::string task;
  std::vector<const AuditedFile*> files;
};

/// The different identities of its items; items without one count as different.
std::int64_t count_distinct(const AuditedSetup& setup);

// audit_coverage.cc

/// Ranks that are missing, and shares of the items that no one run deals out.
void check_ranks(const AuditedSetup& setup, std::vector<Finding>& findings);

/// Fewer or more different items than `expected`, where that is known.
void check_size(const AuditedSetup& setup, std::optional<std::int64_t> expected,
                std::vector<Finding>& findings);

/// Files whose bodies disagree about the run, with each other or with their name.
void check_settings(const AuditedSetup& setup, std::vector<Finding>& findings);

// audit_duplicates.cc

/// Items that stand more than once, file by file where a whole file was written again; messages
/// quote a question, which `read_question` gives where the files do not hold theirs.
void check_duplicates(const AuditedSetup& setup, const QuestionReader& read_question,
                      std::vector<Finding>& findings);

/// Files of one setup that were written far apart.
void check_modification_times(const AuditedSetup& setup, std::vector<Finding>& findings);

}  // namespace evotoken::reports
