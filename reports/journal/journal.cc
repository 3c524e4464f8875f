#include "reports/journal/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json_of.h"

namespace evotoken::reports {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view kKey = "journal_key";
constexpr std::string_view kChecksum = R"(,"checksum":")";

/// {"a":1} → {"a":1,"checksum":"…"}, the hash of the text before.
std::string with_checksum(const Json& value) {
  std::string text = dumped_json(value);
  const std::string checksum = content_hash(text);
  text.pop_back();
  return fmt::format("{}{}{}\"}}\n", text, kChecksum, checksum);
}

/// The value of a line, without its checksum; nothing where that does not agree.
std::optional<Json> checked(std::string_view line) {
  const std::size_t at = line.rfind(kChecksum);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string text = std::string(line.substr(0, at)) + "}";
  if (line != fmt::format("{}{}{}\"}}", line.substr(0, at), kChecksum, content_hash(text))) {
    return std::nullopt;
  }
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!value.is_object()) return std::nullopt;
  return value;
}

[[noreturn]] void throw_write_error(const fs::path& path, int error_number) {
  throw DeviceError(fmt::format(
      "{}: cannot be written ({}), expected a writable folder with free space; make room and run "
      "the same command again, it goes on from here, or choose another --output_dir",
      path.string(), std::strerror(error_number)));
}

void set_aside(const fs::path& path) {
  for (int n = 1;; ++n) {
    const fs::path stale = fmt::format("{}.stale-{}", path.string(), n);
    if (fs::exists(stale)) continue;
    fs::rename(path, stale);
    return;
  }
}

}  // namespace

JournalContents read_journal(const fs::path& path) {
  JournalContents contents;
  const std::string text = read_file(path);
  bool first = true;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) {  // torn in mid-write
      ++contents.damaged;
      break;
    }
    auto value = checked(std::string_view(text).substr(begin, end - begin));
    if (!value) {
      ++contents.damaged;
    } else if (value->contains(kKey)) {
      if (first) contents.key = value->at(kKey);
    } else {
      contents.records.push_back(std::move(*value));
    }
    first = false;
    begin = end + 1;
  }
  if (contents.key.is_null()) contents.records.clear();
  return contents;
}

std::vector<std::string> key_differences(const Json& found, const Json& wanted) {
  std::vector<std::string> differences;
  const auto compare = [&](const Json& one, const std::string& name) {
    const Json before = found.is_object() ? found.value(name, Json()) : Json();
    const Json now = wanted.value(name, Json());
    if (before != now && one.contains(name)) {
      differences.push_back(fmt::format("{}: {}, now {}", name, before.dump(), now.dump()));
    }
  };
  for (const auto& [name, value] : wanted.items()) compare(wanted, name);
  if (!found.is_object()) return differences;
  for (const auto& [name, value] : found.items()) {
    if (!wanted.contains(name)) compare(found, name);
  }
  return differences;
}

JournalWriter::JournalWriter(fs::path path, const Json& key)
    : path_(std::move(path)), lock_(path_) {
  bool fresh = true;
  if (fs::exists(path_) && fs::file_size(path_) > 0) {
    fresh = read_journal(path_).key != key;
    if (fresh) set_aside(path_);
  }
  file_ = Descriptor(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!file_.is_open()) throw_write_error(path_, errno);
  if (fresh) {
    write_line({{kKey, key}});
    return;
  }
  const std::string text = read_file(path_);
  const std::size_t whole = text.rfind('\n') + 1;
  if (whole < text.size() && ::ftruncate(file_.get(), static_cast<off_t>(whole)) != 0) {
    throw_write_error(path_, errno);
  }
}

void JournalWriter::append(const Json& record) { write_line(record); }

void JournalWriter::write_line(const Json& value) {
  const std::string line = with_checksum(value);
  const off_t before = ::lseek(file_.get(), 0, SEEK_END);
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int error_number = errno;
      // Where even this fails, the torn line is cut off by the next run.
      if (::ftruncate(file_.get(), before) != 0) throw_write_error(path_, error_number);
      throw_write_error(path_, error_number);
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fdatasync(file_.get()) != 0) throw_write_error(path_, errno);
}

}  // namespace evotoken::reports
