// Who may include whom (spec: style.md, "Direction"): data flows datasets → tasks → engine →
// scorers → reports, training stands on the first three and has its losses reported, and the
// programs wire, without a look at Torch.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <functional>
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

/// Calls `visit(file, header)` for each include of the sources in `folder`, quoted or in angles;
/// says how many there were.
int for_each_include(
    const std::string& folder,
    const std::function<void(const fs::path& file, const std::string& header)>& visit) {
  const RE2 include("(?m)^#include [\"<]([^\">]+)[\">]");
  const std::set<std::string> extensions = {".h", ".cc", ".cu", ".cuh"};
  int includes = 0;
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(EVOTOKEN_SOURCE_DIR) / folder)) {
    if (!extensions.contains(entry.path().extension())) continue;
    const std::string text = read_file(entry.path());
    re2::StringPiece rest(text);
    std::string header;
    while (RE2::FindAndConsume(&rest, include, &header)) {
      ++includes;
      visit(entry.path(), header);
    }
  }
  return includes;
}

/// Whether a path is one of ours: "tasks/task.h", not "fmt/format.h".
bool is_ours(const std::string& header) {
  return fs::exists(fs::path(EVOTOKEN_SOURCE_DIR) / header);
}

TEST(Directions, NobodyIncludesAgainstTheFlow) {
  int includes = 0;
  for (const auto& [folder, allowed] : kAllowed) {
    includes += for_each_include(folder, [&](const fs::path& file, const std::string& header) {
      if (!is_ours(header)) return;  // a library's, or generated beside its only reader
      const std::string other = folder_of(header);
      EXPECT_TRUE(other == folder || other == "base" || allowed.contains(other))
          << file << " includes " << header;
    });
  }
  EXPECT_GT(includes, 100);
}

TEST(Directions, ProgramsLeaveTorchToTheEngine) {
  const int includes =
      for_each_include("programs", [](const fs::path& file, const std::string& header) {
        for (const char* library : {"ATen/", "c10/", "torch/", "caffe2/"}) {
          EXPECT_FALSE(header.starts_with(library)) << file << " includes " << header;
        }
      });
  EXPECT_GT(includes, 100);
}

}  // namespace
}  // namespace evotoken
