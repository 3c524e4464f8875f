#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/staged_file.h"

namespace evotoken {
namespace fs = std::filesystem;

namespace {

void write_all(int fd, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw_write_error(path, errno);
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// "line 3, column 7" of a byte offset; "column 7" where the whole text is one line (JSON lines,
/// whose line `where` names).
std::string position_of(std::string_view text, std::size_t byte) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i + 1 < byte && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++line;
      column = 1;
    } else {
      ++column;
    }
  }
  if (text.find('\n') == std::string_view::npos) return fmt::format("column {}", column);
  return fmt::format("line {}, column {}", line, column);
}

/// What follows the first `mark` in `text`; all of it where there is none.
std::string_view after(std::string_view text, std::string_view mark) {
  const std::size_t found = text.find(mark);
  return found == std::string_view::npos ? text : text.substr(found + mark.size());
}

/// Offset of the first bracket that nests deeper than kMaxJsonDepth; npos where none does.
std::size_t too_deep_at(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxJsonDepth) return i;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return std::string_view::npos;
}

template <typename Json>
Json parse_as(std::string_view text, const std::string& where) {
  if (const std::size_t at = too_deep_at(text); at != std::string_view::npos) {
    throw DataError(fmt::format(
        "{}: arrays and objects nest more than {} deep at {}, expected a file of this program's; "
        "check what wrote it",
        where, kMaxJsonDepth, position_of(text, at + 1)));
  }
  try {
    return Json::parse(text);
  } catch (const typename Json::parse_error& fault) {
    // nlohmann prefixes "[json.exception.parse_error.101] parse error at line 1, column 2: ".
    throw DataError(
        fmt::format("{}: not valid JSON at {} ({}), expected one JSON value; repair or "
                    "fetch the file again",
                    where, position_of(text, fault.byte), after(fault.what(), ": ")));
  } catch (const typename Json::out_of_range& fault) {  // "1e999"
    throw DataError(fmt::format(
        "{}: holds a number past the range of a double ({}), expected one JSON value; repair or "
        "fetch the file again",
        where, after(fault.what(), "] ")));
  }
}

/// Whether a character device gives bytes for ever, as /dev/zero: a terminal and /dev/null do not.
bool may_never_end(const struct stat& info, const fs::path& path) {
  const dev_t null_device = makedev(1, 3);
  if (info.st_rdev == null_device) return false;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  return ::isatty(file.get()) != 1;
}

/// Bytes to read at once: the whole of a regular file and one more, by which its end is found.
std::size_t first_guess(int fd) {
  constexpr std::size_t kPipe = 65536;
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return kPipe;
  return static_cast<std::size_t>(info.st_size) + 1;
}

}  // namespace

void check_readable(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    throw DataError(fmt::format("{}: cannot be read ({}), expected a file; check the path",
                                path.string(), std::strerror(errno)));
  }
  if (S_ISDIR(info.st_mode)) {
    throw DataError(fmt::format("{}: is a folder, expected a file", path.string()));
  }
  if (S_ISBLK(info.st_mode) || (S_ISCHR(info.st_mode) && may_never_end(info, path))) {
    throw DataError(fmt::format("{}: is a device, expected a file; check the path", path.string()));
  }
}

std::string read_file(const fs::path& path) {
  check_readable(path);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    throw DataError(fmt::format("{}: cannot be read ({}), expected a file; check the path",
                                path.string(), std::strerror(errno)));
  }
  std::string content;
  for (std::size_t size = 0;;) {
    content.resize(std::max(first_guess(file.get()), size + size / 2 + 1));
    const ssize_t count = ::read(file.get(), content.data() + size, content.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      throw DataError(
          fmt::format("{}: reading failed ({}), expected a readable file; check the disk",
                      path.string(), std::strerror(errno)));
    }
    size += static_cast<std::size_t>(count);
    if (count > 0) continue;
    content.resize(size);
    return content;
  }
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  StagedFile staged(path);
  const int made_anew = staged.replaces() ? O_CREAT | O_TRUNC : 0;
  {
    const Descriptor file(::open(staged.written().c_str(), O_WRONLY | O_CLOEXEC | made_anew, 0644));
    if (file.get() < 0) throw_write_error(path, errno);
    write_all(file.get(), content, path);
  }
  staged.publish();
}

void check_writable(const fs::path& path) {
  const StagedFile staged(path);
  const int made = staged.replaces() ? O_CREAT : O_NONBLOCK;
  // A pipe that nobody reads yet may get its reader in time.
  const Descriptor file(::open(staged.written().c_str(), O_WRONLY | O_CLOEXEC | made, 0644));
  if (file.get() < 0 && errno != ENXIO) throw_write_error(path, errno);
}

nlohmann::ordered_json parse_json(std::string_view text, const std::string& where) {
  return parse_as<nlohmann::ordered_json>(text, where);
}

nlohmann::json parse_large_json(std::string_view text, const std::string& where) {
  return parse_as<nlohmann::json>(text, where);
}

nlohmann::ordered_json read_json_file(const fs::path& path) {
  return parse_json(read_file(path), path.string());
}

void for_each_line(
    const fs::path& path,
    const std::function<void(std::string_view line, std::size_t line_number)>& visit) {
  const std::string content = read_file(path);
  std::string_view rest = content;
  for (std::size_t line_number = 1; !rest.empty(); ++line_number) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != std::string_view::npos) visit(line, line_number);
  }
}

}  // namespace evotoken
