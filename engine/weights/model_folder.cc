#include "engine/weights/model_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"

namespace evotoken::weights {
namespace fs = std::filesystem;

namespace {

/// The value of an environment variable, or empty.
std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

fs::path hub_cache() {
  if (const std::string cache = environment("HF_HUB_CACHE"); !cache.empty()) return cache;
  if (const std::string home = environment("HF_HOME"); !home.empty()) return fs::path(home) / "hub";
  const std::string xdg = environment("XDG_CACHE_HOME");
  const fs::path base = xdg.empty() ? fs::path(environment("HOME")) / ".cache" : fs::path(xdg);
  return base / "huggingface" / "hub";
}

/// True for "org/name": one slash, nothing that only a path has.
bool looks_like_repository(const std::string& name) {
  return std::count(name.begin(), name.end(), '/') == 1 && name.front() != '/' &&
         name.back() != '/' && name.front() != '.' && name.front() != '~';
}

[[noreturn]] void throw_closed(const fs::path& path, const std::error_code& error) {
  throw WeightsError(
      fmt::format("{}: cannot be looked at ({}), expected a folder that may be read and searched; "
                  "change its permissions",
                  path.string(), error.message()));
}

bool is_there(const fs::path& path) {
  std::error_code error;
  const bool there = fs::exists(path, error);
  if (error) throw_closed(path, error);
  return there;
}

/// The commit that a branch or tag of a cached repository points to; a commit stands for itself.
std::string commit_of(const fs::path& repository, const std::string& revision) {
  const fs::path reference = repository / "refs" / revision;
  if (!is_there(reference)) return revision;
  std::string commit = read_file(reference);
  commit.erase(commit.find_last_not_of(" \r\n") + 1);
  return commit;
}

}  // namespace

fs::path resolve_model_folder(const std::string& name, const std::string& file) {
  std::error_code ignored;  // a name too long for a path is no folder either
  if (fs::is_directory(name, ignored)) {
    if (is_there(fs::path(name) / file)) return name;
    throw WeightsError(
        fmt::format("{}: no {} in this folder, expected one; check the path", name, file));
  }
  if (name.empty() || !looks_like_repository(name)) {
    throw WeightsError(fmt::format("{}: no such folder, expected a folder with {}; check the path",
                                   name.empty() ? "(empty path)" : name, file));
  }
  const std::size_t at = name.find('@');
  const std::string repository_name = name.substr(0, at);
  const std::string revision = at == std::string::npos ? "main" : name.substr(at + 1);
  std::string folder_name = "models--" + repository_name;
  folder_name.replace(folder_name.find('/'), 1, "--");

  const fs::path repository = hub_cache() / folder_name;
  const fs::path snapshot = repository / "snapshots" / commit_of(repository, revision);
  if (is_there(snapshot / file)) return snapshot;
  throw WeightsError(
      fmt::format("{}: neither a folder nor in the Hugging Face cache (no {} under {}); fetch it "
                  "on a machine with "
                  "network by `hf download {}{}` and set HF_HOME, or pass the folder",
                  name, file, snapshot.string(), repository_name,
                  revision == "main" ? "" : " --revision " + revision));
}

std::string model_folder_hash(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) throw_closed(folder, error);
  for (const auto& entry : entries) {
    const std::string extension = entry.path().extension();
    if (extension == ".json" || extension == ".jinja" || extension == ".safetensors") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::string listing;
  for (const fs::path& file : files) {
    listing += fmt::format("{} {}\n", file.filename().string(), file_hash(file));
  }
  return content_hash(listing);
}

}  // namespace evotoken::weights
