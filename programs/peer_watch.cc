#include "programs/peer_watch.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace evotoken::programs {
namespace fs = std::filesystem;

PeerWatch::PeerWatch(std::vector<Journal> journals) {
  const auto now = std::chrono::steady_clock::now();
  for (Journal& journal : journals) {
    if (!std::ranges::count(peers_, journal.rank, &Peer::rank)) {
      peers_.push_back({journal.rank, 0, now});
    }
    watched_.push_back({std::move(journal)});
    gained(watched_.back());
  }
  std::ranges::sort(peers_, {}, &Peer::rank);
}

std::int64_t PeerWatch::gained(Watched& watched) {
  std::error_code not_there;
  const std::uintmax_t size = fs::file_size(watched.journal.path, not_there);
  if (not_there) return 0;
  if (size < watched.read) {  // set aside and begun anew
    watched.read = 0;
    watched.has_key = false;
  }
  if (size == watched.read) return 0;
  std::ifstream file(watched.journal.path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(watched.read));
  std::string added(size - watched.read, '\0');
  file.read(added.data(), static_cast<std::streamsize>(added.size()));
  added.resize(static_cast<std::size_t>(file.gcount()));
  const std::size_t whole = added.rfind('\n') + 1;  // 0 without any
  watched.read += whole;
  auto lines = static_cast<std::int64_t>(
      std::count(added.begin(), added.begin() + static_cast<std::ptrdiff_t>(whole), '\n'));
  if (lines > 0 && !std::exchange(watched.has_key, true)) --lines;
  return lines;
}

std::vector<PeerState> PeerWatch::look() {
  const auto now = std::chrono::steady_clock::now();
  for (Watched& watched : watched_) {
    const std::int64_t more = gained(watched);
    if (more == 0) continue;
    Peer& peer = *std::ranges::find(peers_, watched.journal.rank, &Peer::rank);
    peer.done += more;
    peer.last = now;
  }
  std::vector<PeerState> states;
  for (const Peer& peer : peers_) {
    states.push_back(
        {peer.rank, peer.done, std::chrono::duration<double>(now - peer.last).count()});
  }
  return states;
}

}  // namespace evotoken::programs
