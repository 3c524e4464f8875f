#include "tests/engine/kernels/emulated_cuda/thread_block.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>

namespace evotoken::testing {
namespace {

constexpr std::size_t kStackBytes = std::size_t{128} * 1024;

ThreadBlock* running = nullptr;

/// Stacks are used again by the next block.
char* stack(unsigned number) {
  static std::vector<std::unique_ptr<char[]>> stacks;
  while (stacks.size() <= number) stacks.push_back(std::make_unique<char[]>(kStackBytes));
  return stacks[number].get();
}

/// `context` begins with `entry` on a stack of its own, and goes on with `after`.
void prepare(ucontext_t& context, char* stack_begin, void (*entry)(), ucontext_t& after) {
  ::getcontext(&context);
  context.uc_stack.ss_sp = stack_begin;
  context.uc_stack.ss_size = kStackBytes;
  context.uc_link = &after;
  ::makecontext(&context, entry, 0);
}

}  // namespace

ThreadBlock::ThreadBlock(unsigned threads, unsigned& thread_index,
                         const std::function<void()>& thread)
    : index_(thread_index),
      thread_(thread),
      block_{threads},
      warps_((threads + kWarpThreads - 1) / kWarpThreads, Warp{{kWarpThreads}, {}}),
      exchanges_(threads),
      ended_(threads),
      threads_(threads) {
  for (unsigned number = 0; number < threads; ++number) {
    prepare(threads_[number], stack(number), &ThreadBlock::enter, player_);
  }
}

ThreadBlock& ThreadBlock::current() { return *running; }

void ThreadBlock::enter() {
  running->thread_();
  running->ended_[running->index_] = true;
  ++running->moves_;
}

void ThreadBlock::resume(unsigned number) {
  index_ = number;
  ::swapcontext(&player_, &threads_[number]);
}

bool ThreadBlock::run_warp(unsigned warp) {
  const std::size_t before = moves_;
  for (std::size_t moves = before + 1; moves != moves_;) {
    moves = moves_;
    for (unsigned lane = 0; lane < kWarpThreads; ++lane) {
      const unsigned number = warp * kWarpThreads + lane;
      if (number < threads_.size() && !ended_[number]) resume(number);
    }
  }
  return moves_ != before;
}

void ThreadBlock::run() {
  static std::mt19937 random(1);
  running = this;
  std::vector<unsigned> order(warps_.size());
  std::iota(order.begin(), order.end(), 0U);
  for (bool moved = true; moved;) {
    moved = false;
    std::ranges::shuffle(order, random);
    for (const unsigned warp : order) moved = run_warp(warp) || moved;
  }
  if (std::ranges::find(ended_, false) != ended_.end()) {
    throw std::logic_error("emulated kernel: threads wait for ever");
  }
}

void ThreadBlock::wait(Barrier& barrier) {
  ++moves_;
  if (++barrier.waiting == barrier.threads) {
    barrier.waiting = 0;
    ++barrier.round;
    return;
  }
  const unsigned number = index_;
  for (const unsigned round = barrier.round; barrier.round == round;) {
    ::swapcontext(&threads_[number], &player_);
  }
}

int ThreadBlock::count_votes(bool vote) {
  if (vote) ++votes_;
  wait_for_block();
  const int votes = votes_;
  wait_for_block();
  votes_ = 0;
  wait_for_block();
  return votes;
}

}  // namespace evotoken::testing
