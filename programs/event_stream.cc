#include "programs/event_stream.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "base/json_of.h"
#include "base/note.h"

namespace evotoken::programs {
namespace {

/// "2026-01-31T13:45:07.123Z"
std::string utc_now() {
  using std::chrono::milliseconds;
  const auto now = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(second)),
                     (now - second).count());
}

}  // namespace

EventStream::EventStream(const std::string& path, std::int64_t rank)
    : rank_(rank), wanted_(!path.empty()), path_(path) {
  if (!wanted_) return;
  if (path == "-") {
    file_ = Descriptor(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
    return;
  }
  if (rank > 0) path_ += fmt::format(".rank{}", rank);
  check_writable(path_);
  file_ = Descriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (file_.is_open()) return;
  throw DeviceError(fmt::format(
      "{}: cannot be written ({}), expected a file for the events; choose another --events", path_,
      std::strerror(errno)));
}

void EventStream::emit(const char* name, const nlohmann::ordered_json& more) {
  if (!wanted_) return;
  nlohmann::ordered_json event = {{"event", name}, {"time", utc_now()}, {"rank", rank_}};
  event.update(more);
  const std::string line = dumped_json(event) + "\n";
  const std::lock_guard lock(mutex_);
  for (std::string_view rest = line; !rest.empty() && file_.is_open();) {
    const ssize_t written = ::write(file_.get(), rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      note("{}: events cannot be written ({}); the run goes on without them\n",
           path_ == "-" ? "stdout" : path_, std::strerror(errno));
      file_.reset();
    }
  }
}

}  // namespace evotoken::programs
