// Who may include whom (spec: style.md, "Direction"): data flows datasets → tasks → engine →
// scorers → reports, training stands on the first three and has its
// losses reported, and the programs wire.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <map>
#include <set>
#include <string>

#include "base/files.h"

namespace evotoken {
namespace {

namespace fs = std::filesystem;

/// The folders whose headers each folder may include, besides its own and base.
const std::map<std::string, std::set<std::string>> kAllowed = {
    {"base", {}},
    {"datasets", {}},
    {"scorers", {}},
    {"tasks", {"datasets", "scorers"}},
    {"reports", {}},
    {"engine/tokenizer", {}},
    {"engine/weights", {}},
    {"engine/kernels", {}},
    {"engine/model", {"engine/weights", "engine/kernels"}},
    {"engine/cuda_graph", {"engine/model"}},
    {"engine/decoding", {"engine/weights", "engine/kernels", "engine/model"}},
    {"engine/cluster", {}},
    {"training",
     {"datasets", "tasks", "engine/tokenizer", "engine/weights", "engine/model", "engine/decoding",
      "engine/cluster", "reports"}},
};

/// "engine/model" for "engine/model/linear.h", "tasks" for "tasks/task.h".
std::string folder_of(const std::string& path) {
  const std::size_t first = path.find('/');
  if (path.substr(0, first) != "engine") return path.substr(0, first);
  return path.substr(0, path.find('/', first + 1));
}

TEST(Directions, NobodyIncludesAgainstTheFlow) {
  const RE2 include("(?m)^#include \"([^\"]+)\"");
  int includes = 0;
  for (const auto& [folder, allowed] : kAllowed) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(EVOTOKEN_SOURCE_DIR) / folder)) {
      const std::string extension = entry.path().extension();
      if (extension != ".h" && extension != ".cc" && extension != ".cu") continue;
      const std::string text = read_file(entry.path());
      re2::StringPiece rest(text);
      std::string header;
      while (RE2::FindAndConsume(&rest, include, &header)) {
        ++includes;
        if (header.find('/') == std::string::npos) continue;  // generated beside its only reader
        const std::string other = folder_of(header);
        EXPECT_TRUE(other == folder || other == "base" || allowed.contains(other))
            << entry.path() << " includes " << header;
      }
    }
  }
  EXPECT_GT(includes, 100);
}

}  // namespace
}  // namespace evotoken
