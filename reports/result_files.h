// Which result files lie under a folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace evotoken::reports {

/// A folder that could not be listed.
struct UnreadableFolder {
  std::filesystem::path path;
  std::string reason;
};

struct FoundFiles {
  std::vector<std::filesystem::path> files;          ///< sorted by path
  std::vector<std::filesystem::path> empty_folders;  ///< searched in vain, sorted
  std::vector<UnreadableFolder> unreadable_folders;
};

/// Is this a name that a folder is searched for: `*_generations.json` or `samples_*.jsonl`? Hidden
/// files are not, as for the published code.
bool is_result_filename(const std::string& filename);

/// The result files under `folder`, in folders at any depth, links to folders followed once. A
/// folder counts as empty when nothing at all lies under it, or when it is named as one of
/// EvoToken's or is `folder` itself and no result lies under it. Never throws for what it finds.
FoundFiles find_result_files(const std::filesystem::path& folder);

}  // namespace evotoken::reports
