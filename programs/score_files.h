// Grades files of generations again, without any model.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "programs/score_parts.h"
#include "reports/accuracy_table.h"
#include "reports/audit.h"

namespace evotoken::programs {

/// Everything graded in one call.
struct Score {
  std::vector<ScoredFile> files;
  reports::AccuracyTable table;
  reports::Audit audit;

  /// Could every file be read, was its task known, and was anything graded at all?
  bool complete() const;
};

/// Sees each part of each file, in the order of the input and on the caller's thread, with the
/// indices of its records set and before they are counted; may change them. In a file's last part
/// `file.audited.task` is that of all of its items: "mixed" for several.
using PartVisitor = std::function<void(ScoredPart&)>;

/// Grades files and folders (searched by reports::find_result_files); "-" reads JSON lines from
/// stdin. A file that is named twice is graded once. `task` is canonical; empty: names and lines
/// say it. Without `visit`, files keep their records and items. With it they keep neither, and
/// memory grows by some 20 bytes an item. `threads` grade (0: as many as the machine runs at once);
/// what comes out does not depend on their number.
Score score_paths(const std::vector<std::string>& paths, const std::string& task,
                  const PartVisitor& visit = {}, std::size_t threads = 0);

/// Throws DataError where `path` is not there, naming a folder beside it whose name begins so:
/// evotoken-eval appends the setting to its --output_dir. "-" is always there.
void check_there(const std::string& path);

}  // namespace evotoken::programs
