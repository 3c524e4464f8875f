// What the other processes of a run have done, read off their journals: no message passes for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace evotoken::programs {

struct PeerState {
  std::int64_t rank = 0;
  std::int64_t done = 0;  ///< samples journalled since the watch began
  double silent_s = 0;    ///< since its last sample, or since the watch began
};

/// Counts the lines that journals gain. Not thread-safe.
class PeerWatch {
 public:
  /// A journal of a process; it need not exist yet.
  struct Journal {
    std::int64_t rank = 0;
    std::filesystem::path path;
  };

  /// Lines that are there now do not count.
  explicit PeerWatch(std::vector<Journal> journals);

  /// Reads what was added since the last look. A state for each rank, ascending.
  std::vector<PeerState> look();

 private:
  struct Watched {
    Journal journal;
    std::uintmax_t read = 0;  // bytes
    bool has_key = false;     // the first line is the key, no sample
  };
  struct Peer {
    std::int64_t rank = 0;
    std::int64_t done = 0;
    std::chrono::steady_clock::time_point last;
  };

  /// Whole lines that `watched` gained, keys left out.
  static std::int64_t gained(Watched& watched);

  std::vector<Watched> watched_;
  std::vector<Peer> peers_;
};

}  // namespace evotoken::programs
