#include "datasets/locate.h"

#include <fmt/format.h>

#include <fstream>

#include "base/error.h"

namespace evotoken::datasets {
namespace fs = std::filesystem;

namespace {

/// Enough for the first rows of every known file: the longest row of MATH500 has 5 KB.
constexpr std::size_t kSniffedBytes = 64 * 1024;

bool mentions(const fs::path& path, std::string_view marker) {
  std::ifstream stream(path, std::ios::binary);
  std::string start(kSniffedBytes, '\0');
  stream.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(stream.gcount()));
  return start.find(marker) != std::string::npos;
}

}  // namespace

std::vector<Candidate> in_folders(const std::vector<std::string>& folders, std::string_view file) {
  std::vector<Candidate> candidates;
  for (const std::string& folder : folders) {
    candidates.push_back({fmt::format("{}/{}", folder, file), ""});
  }
  return candidates;
}

std::optional<fs::path> try_locate(const fs::path& data_dir,
                                   const std::vector<Candidate>& candidates) {
  for (const Candidate& candidate : candidates) {
    const fs::path path = data_dir / candidate.path;
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) continue;
    if (candidate.marker.empty() || mentions(path, candidate.marker)) return path;
  }
  return std::nullopt;
}

fs::path locate(const fs::path& data_dir, std::string_view what,
                const std::vector<Candidate>& candidates) {
  std::error_code ignored;
  if (!fs::is_directory(data_dir, ignored)) {
    throw DataError(fmt::format(
        "{}: is no folder, expected the folder that holds the data sets; check --data_dir",
        data_dir.string()));
  }
  if (auto found = try_locate(data_dir, candidates)) return *found;
  std::vector<std::string> places;
  for (const Candidate& candidate : candidates) {
    places.push_back(candidate.marker.empty()
                         ? candidate.path
                         : fmt::format("{} with field {}", candidate.path, candidate.marker));
  }
  throw DataError(fmt::format(
      "{}: no {} found, expected one of {}; run datasets/download.sh {} or leave --data_dir out "
      "to use the built-in samples",
      data_dir.string(), what, join_names(places), data_dir.string()));
}

}  // namespace evotoken::datasets
