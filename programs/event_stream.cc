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
    descriptor_ = STDOUT_FILENO;
    return;
  }
  if (rank > 0) path_ += fmt::format(".rank{}", rank);
  check_writable(path_);
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ >= 0) return;
  throw DeviceError(fmt::format(
      "{}: cannot be written ({}), expected a file for the events; choose another --events", path_,
      std::strerror(errno)));
}

EventStream::~EventStream() {
  if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
}

void EventStream::emit(const char* name, const nlohmann::ordered_json& more) {
  if (!wanted_) return;
  nlohmann::ordered_json event = {{"event", name}, {"time", utc_now()}, {"rank", rank_}};
  event.update(more);
  using Handler = nlohmann::ordered_json::error_handler_t;
  const std::string line = event.dump(-1, ' ', false, Handler::replace) + "\n";
  const std::lock_guard lock(mutex_);
  for (std::string_view rest = line; !rest.empty() && descriptor_ >= 0;) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      note("{}: events cannot be written ({}); the run goes on without them\n",
           path_ == "-" ? "stdout" : path_, std::strerror(errno));
      if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
      descriptor_ = -1;
    }
  }
}

}  // namespace evotoken::programs
