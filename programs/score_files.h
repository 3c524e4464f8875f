// Grades files of generations again, without any model. All formats that evotoken-score reads.
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "programs/score_items.h"
#include "reports/accuracy_table.h"
#include "reports/audit.h"
#include "reports/result_record.h"

namespace evotoken::programs {

/// A graded file. Where `audited.error` stands it could not be read and has no records.
struct ScoredFile {
  std::string path;                            ///< as given or found; "-" for stdin
  std::vector<reports::ResultRecord> records;  ///< in file order, failed ones included
  std::vector<ScoreItem> items;                ///< what was graded, one for each record
  reports::AuditedFile audited;
};

/// Everything graded in one call.
struct Score {
  std::vector<ScoredFile> files;
  reports::AccuracyTable table;
  reports::Audit audit;

  /// Could every file be read, was its task known, and was anything graded at all?
  bool complete() const;
};

/// Grades one file: `*.json` as the published body, `*.csv` as an items table, else as JSON lines
/// (ours or lm-eval's, told apart by their fields). `task` is canonical; empty: the file's name or
/// its lines say it. Never throws for what the file holds or that it cannot be read.
ScoredFile score_file(const std::filesystem::path& path, const std::string& task);

/// Grades JSON lines from a stream, called `name`.
ScoredFile score_stream(std::istream& stream, const std::string& name, const std::string& task);

/// Sees each file once it is graded and before the next is read; may change or drop what it holds.
using FileVisitor = std::function<void(ScoredFile&)>;

/// Grades files and folders (searched by reports::find_result_files); "-" reads JSON lines from
/// stdin. A file that is named twice is graded once. With `visit` the records serve the table alone
/// and no longer stand in `files` afterwards.
Score score_paths(const std::vector<std::string>& paths, const std::string& task,
                  const FileVisitor& visit = {});

/// Drops the texts of a graded file: generations, questions' prompts and extracted answers. What
/// the table and the audit need stays, about half a kilobyte an item.
void drop_texts(ScoredFile& file);

/// A file in the object of interfaces.md: "path", "task", "items".
nlohmann::ordered_json file_json(const ScoredFile& file);

/// All of that object but its "files".
nlohmann::ordered_json score_summary_json(const Score& score);

/// The object of interfaces.md: "files", "summary", "max_over_alpha", "audit".
nlohmann::ordered_json score_json(const Score& score);

}  // namespace evotoken::programs
