// One thread block of a GPU, played on the host: each of its threads has a stack of its own and
// runs until it waits for others.
#pragma once

#include <ucontext.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <functional>
#include <vector>

namespace evotoken::testing {

class ThreadBlock {
 public:
  static constexpr unsigned kWarpThreads = 32;

  /// `threads` times `thread`, which finds its number in `thread_index`.
  ThreadBlock(unsigned threads, unsigned& thread_index, const std::function<void()>& thread);

  /// Returns when all threads have. Throws std::logic_error when some wait for ever, as they do
  /// where a barrier stands in a branch that not all of them take: on a GPU that hangs or worse.
  void run();

  /// The one that runs.
  static ThreadBlock& current();

  void wait_for_block() { wait(block_); }
  /// How many threads of the block vote.
  int count_votes(bool vote);

  /// What the thread's neighbour in its warp gives.
  template <typename T>
  T from_lane(const T& mine, unsigned lane) {
    static_assert(sizeof(T) <= sizeof(Slot));
    Warp& warp = warps_[index_ / kWarpThreads];
    // Two sets of slots: a lane that is ahead writes to those that nobody reads any more.
    const std::size_t set = exchanges_[index_]++ % 2;
    std::memcpy(warp.slots[set][index_ % kWarpThreads].data(), &mine, sizeof(T));
    wait(warp.barrier);
    T theirs;
    std::memcpy(&theirs, warp.slots[set][lane].data(), sizeof(T));
    return theirs;
  }

 private:
  struct Barrier {
    unsigned threads = 0;
    unsigned waiting = 0;
    unsigned round = 0;
  };
  using Slot = std::array<std::byte, 8>;
  struct Warp {
    Barrier barrier;
    std::array<std::array<Slot, kWarpThreads>, 2> slots;
  };

  static void enter();
  void wait(Barrier& barrier);
  /// Lets a warp run until all of its threads have returned or wait for other warps; whether it got
  /// on.
  bool run_warp(unsigned warp);
  /// Lets thread `number` run until it waits or returns.
  void resume(unsigned number);

  unsigned& index_;  ///< of the running thread
  const std::function<void()>& thread_;
  Barrier block_;
  int votes_ = 0;
  std::vector<Warp> warps_;
  std::vector<unsigned> exchanges_;  ///< of each thread
  std::vector<bool> ended_;
  std::vector<ucontext_t> threads_;
  ucontext_t player_{};
  std::size_t moves_ = 0;  ///< barriers reached and threads ended
};

}  // namespace evotoken::testing
