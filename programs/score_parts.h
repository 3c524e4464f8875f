// Files in every format that evotoken-score reads, cut into parts that are read and graded each by
// itself, on whichever thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "programs/score_items.h"
#include "reports/audit.h"
#include "reports/result_record.h"

namespace evotoken::programs {

/// A graded file, or a part of one. Where `audited.error` stands it could not be read.
struct ScoredFile {
  std::string path;                            ///< as given or found; "-" for stdin
  std::vector<reports::ResultRecord> records;  ///< in file order, failed ones included
  std::vector<ScoreItem> items;                ///< what was graded, one for each record
  reports::AuditedFile audited;
};

/// Neighbouring items of one file. Their records have no index yet, and `file.audited` counts none
/// of them: it holds what the file's name and body say, in the first part and in the last.
struct ScoredPart {
  ScoredFile file;
  bool is_first = true;
  bool is_last = true;
};

using PartJob = std::function<ScoredPart()>;

/// Gives `add` the jobs that read and grade a file: one for `*.json` (the published body) and
/// `*.csv` (an items table), one for every few hundred lines of any other file (JSON lines, ours or
/// lm-eval's, told apart by their fields). `task` is canonical; empty: the file's name or its lines
/// say it. Neither this nor a job throws for what the file holds or that it cannot be read. JSON
/// lines that cannot be read to their end count as far as they could be, and the last part has the
/// error.
void add_file_jobs(const std::filesystem::path& path, const std::string& task,
                   const std::function<void(PartJob)>& add);

/// The same for JSON lines from a stream, called `name`.
void add_stream_jobs(std::istream& stream, const std::string& name, const std::string& task,
                     const std::function<void(PartJob)>& add);

/// The question of item `index` of a file, read once more; empty where it is not there any more.
std::string read_question(const std::filesystem::path& path, std::size_t index);

}  // namespace evotoken::programs
