// Programs that run beside the test, to be killed.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "tests/support.h"

namespace evotoken::testing {

/// A program in the background, in a process group of its own; killed when it goes out of scope.
class Background {
 public:
  /// `command` as a user types it in `folder`, behind the variables of `environment`; what it
  /// prints goes to `folder`/`name`.out and .err.
  Background(const std::filesystem::path& folder, const std::string& name,
             const std::string& environment, const std::string& command) {
    const std::string line = "cd " + folder.string() + " && exec env " + environment + " " +
                             EVOTOKEN_BIN_DIR + "/" + command + " >" + name + ".out 2>" + name +
                             ".err";
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
    ::_exit(127);
  }
  ~Background() {
    if (pid_ > 0) send(SIGKILL), wait();
  }
  Background(Background&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  Background& operator=(Background&&) = delete;

  void send(int signal) const { ::kill(pid_, signal); }

  /// The exit status; 128 + signal for one that was killed.
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

 private:
  pid_t pid_ = 0;
};

/// A TCP port that nobody uses now.
inline int free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  ::bind(descriptor, any, size);
  ::getsockname(descriptor, any, &size);
  ::close(descriptor);
  return ntohs(address.sin_port);
}

}  // namespace evotoken::testing
