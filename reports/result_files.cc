#include "reports/result_files.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "reports/setup_directory.h"

namespace evotoken::reports {
namespace fs = std::filesystem;

namespace {

/// Deeper folders are not searched; results lie one or two deep.
constexpr int kMaxDepth = 32;

class Search {
 public:
  FoundFiles run(const fs::path& folder) {
    if (visit(folder, 0).results == 0 && found_.unreadable_folders.empty() &&
        found_.empty_folders.empty()) {
      found_.empty_folders.push_back(folder);
    }
    std::sort(found_.files.begin(), found_.files.end());
    std::sort(found_.empty_folders.begin(), found_.empty_folders.end());
    return std::move(found_);
  }

 private:
  struct Content {
    std::size_t results = 0;
    std::size_t other_files = 0;
  };

  Content visit(const fs::path& folder, int depth) {
    Content content;
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (!error && !visited_.insert(real).second) return {0, 1};  // a link back: not empty
    const auto entries = list(folder);
    for (const fs::directory_entry& entry : entries) {
      const bool hidden = entry.path().filename().string().starts_with('.');
      if (entry.is_directory(error)) {
        if (hidden || depth >= kMaxDepth) continue;
        const Content below = visit(entry.path(), depth + 1);
        content.results += below.results;
        content.other_files += below.other_files;
      } else if (is_result_filename(entry.path().filename().string())) {
        found_.files.push_back(entry.path());
        ++content.results;
      } else {
        ++content.other_files;
      }
    }
    const bool of_evotoken = parse_evotoken_directory(folder.string()).has_value();
    if (depth > 0 && content.results == 0 && (content.other_files == 0 || of_evotoken)) {
      found_.empty_folders.push_back(folder);
    }
    return content;
  }

  std::vector<fs::directory_entry> list(const fs::path& folder) {
    std::vector<fs::directory_entry> entries;
    std::error_code error;
    fs::directory_iterator it(folder, error);
    while (!error && it != fs::directory_iterator()) {
      entries.push_back(*it);
      it.increment(error);
    }
    if (error) found_.unreadable_folders.push_back({folder, error.message()});
    return entries;
  }

  FoundFiles found_;
  std::set<fs::path> visited_;
};

}  // namespace

bool is_result_filename(const std::string& filename) {
  if (filename.starts_with('.')) return false;
  return filename.ends_with("_generations.json") ||
         (filename.starts_with("samples_") && filename.ends_with(".jsonl"));
}

FoundFiles find_result_files(const fs::path& folder) { return Search().run(folder); }

}  // namespace evotoken::reports
