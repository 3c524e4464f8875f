// Where a data set lies under the user's --data_dir.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evotoken::datasets {

/// A place to look, relative to the data folder.
struct Candidate {
  std::string path;
  /// When not empty, the file counts only if it mentions this text near its start. For names that
  /// several data sets share: DIR/test.jsonl is GSM8K's or MATH500's, its fields tell.
  std::string marker;
};

/// `folder/file` for each folder, in order of preference.
std::vector<Candidate> in_folders(const std::vector<std::string>& folders, std::string_view file);

/// The first candidate that is a file, or nothing. Never throws.
std::optional<std::filesystem::path> try_locate(const std::filesystem::path& data_dir,
                                                const std::vector<Candidate>& candidates);

/// The first candidate that is a file. Throws DataError that lists the places when there is none,
/// or when `data_dir` is no folder. `what` names the data, e.g. "GSM8K test set".
std::filesystem::path locate(const std::filesystem::path& data_dir, std::string_view what,
                             const std::vector<Candidate>& candidates);

}  // namespace evotoken::datasets
