// evotoken-score --json: the object of interfaces.md, written while files stream through.
#pragma once

#include <fstream>
#include <iosfwd>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/staged_file.h"
#include "programs/score_files.h"

namespace evotoken::programs {

/// Writes {"files": [{"path", "task", "items"}], "summary", "max_over_alpha", "over_seeds",
/// "audit"} part by part. A file of that name stays as it is until the new one is complete.
class ScoreJsonWriter {
 public:
  /// `path` is "-" for stdout. Throws DeviceError when it cannot be written, as the others do.
  explicit ScoreJsonWriter(std::string path);
  ~ScoreJsonWriter();
  ScoreJsonWriter(const ScoreJsonWriter&) = delete;
  ScoreJsonWriter& operator=(const ScoreJsonWriter&) = delete;

  /// The parts in the order in which score_paths shows them.
  void add(const ScoredPart& part);
  /// Table and audit; the file then has its name.
  void finish(const Score& score);

 private:
  class ItemSpool;

  std::ostream& out();
  void check() const;

  std::string path_;
  std::optional<StagedFile> staged_;  // none for stdout
  std::ofstream file_;
  bool is_first_file_ = true;
  /// Items of a file whose last part has not come: its task, which stands before them, is not
  /// known.
  std::unique_ptr<ItemSpool> spool_;
};

}  // namespace evotoken::programs
