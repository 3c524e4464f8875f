#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/error.h"

namespace evotoken {
namespace fs = std::filesystem;

namespace {

/// A file descriptor that is closed on every way out.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

[[noreturn]] void throw_write_error(const fs::path& path, int error_number) {
  throw DeviceError(fmt::format(
      "{}: cannot be written ({}), expected a writable folder with free space; choose another "
      "folder or make room",
      path.string(), std::strerror(error_number)));
}

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

}  // namespace

std::string read_file(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    throw DataError(fmt::format("{}: is a folder, expected a file", path.string()));
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    throw DataError(fmt::format("{}: cannot be read ({}), expected a file; check the path",
                                path.string(), std::strerror(errno)));
  }
  std::ostringstream content;
  content << stream.rdbuf();
  if (stream.bad()) {
    throw DataError(fmt::format("{}: reading failed ({})", path.string(), std::strerror(errno)));
  }
  return std::move(content).str();
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  std::error_code error;
  // A pipe or a device (/dev/stdout) is written to, never replaced; a link keeps leading where it
  // does.
  if (fs::exists(path, error) && !fs::is_regular_file(path, error)) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.get() < 0) throw_write_error(path, errno);
    write_all(file.get(), content, path);
    return;
  }
  if (fs::is_symlink(path, error)) {
    write_file_atomically(fs::weakly_canonical(path), content);
    return;
  }
  error.clear();
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error) throw_write_error(path, error.value());

  const fs::path temporary = fmt::format("{}.tmp.{}", path.string(), ::getpid());
  try {
    const Descriptor file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file.get() < 0) throw_write_error(path, errno);
    write_all(file.get(), content, path);
    if (::fsync(file.get()) != 0) throw_write_error(path, errno);
  } catch (...) {
    fs::remove(temporary, error);
    throw;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int error_number = errno;
    fs::remove(temporary, error);
    throw_write_error(path, error_number);
  }
}

void check_writable(const fs::path& path) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_regular_file(path, error)) return;  // a pipe or a device
  error.clear();
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error) throw_write_error(path, error.value());
  const fs::path probe = fmt::format("{}.probe.{}", path.string(), ::getpid());
  const Descriptor file(::open(probe.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.get() < 0) throw_write_error(path, errno);  // the name that the user knows
  fs::remove(probe, error);
}

nlohmann::ordered_json parse_json(std::string_view text, const std::string& where) {
  try {
    return nlohmann::ordered_json::parse(text);
  } catch (const nlohmann::ordered_json::parse_error& fault) {
    // nlohmann prefixes "[json.exception.parse_error.101] parse error at line 1, column 2: ".
    std::string_view reason = fault.what();
    if (const auto colon = reason.find(": "); colon != std::string_view::npos) {
      reason.remove_prefix(colon + 2);
    }
    throw DataError(
        fmt::format("{}: not valid JSON at {} ({}), expected one JSON value; repair or "
                    "fetch the file again",
                    where, position_of(text, fault.byte), reason));
  } catch (const nlohmann::ordered_json::out_of_range& fault) {  // "1e999"
    throw DataError(fmt::format(
        "{}: holds a number past the range of a double ({}), expected one JSON value; repair or "
        "fetch the file again",
        where, fault.what()));
  }
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
