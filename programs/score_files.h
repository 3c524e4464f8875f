// Grades files of generations again, without any model. All formats that evotoken-score reads.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/accuracy_table.h"
#include "reports/audit.h"
#include "reports/result_record.h"

namespace evotoken::programs {

/// A graded file. Where `audited.error` stands it could not be read and has no records.
struct ScoredFile {
  std::string path;                            ///< as given or found; "-" for stdin
  std::vector<reports::ResultRecord> records;  ///< in file order, failed ones included
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

/// Grades one file: `*.json` as the published body, anything else as JSON lines (ours or lm-eval's,
/// told apart by their fields). `task` is canonical; empty: the file's name or its lines say it.
/// Never throws for what the file holds or that it cannot be read.
ScoredFile score_file(const std::filesystem::path& path, const std::string& task);

/// Grades JSON lines from a stream, called `name`.
ScoredFile score_stream(std::istream& stream, const std::string& name, const std::string& task);

/// Grades files and folders (searched by reports::find_result_files); "-" reads JSON lines from
/// stdin. A file that is named twice is graded once.
Score score_paths(const std::vector<std::string>& paths, const std::string& task);

/// The object of interfaces.md: "files", "summary", "max_over_alpha", "audit".
nlohmann::ordered_json score_json(const Score& score);

}  // namespace evotoken::programs
