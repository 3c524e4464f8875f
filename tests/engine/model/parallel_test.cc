#include "engine/model/parallel.h"

#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "engine/model/torch_runtime.h"

namespace evotoken::model {
namespace {

/// The threads that ran a loop over `count` elements in stretches of at least `least`.
std::set<std::thread::id> threads_of_loop(std::int64_t count, std::int64_t least) {
  std::vector<int> visits(static_cast<std::size_t>(count));
  std::set<std::thread::id> threads;
  std::mutex mutex;
  parallel_for(count, least, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(i)];
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  });
  for (const int visited : visits) EXPECT_EQ(visited, 1);
  return threads;
}

TEST(ParallelFor, UsesAsManyThreadsAsWereSet) {
  std::thread([] {  // the number is that of one thread
    set_threads(3);
    EXPECT_EQ(threads_of_loop(300, 1).size(), 3U);
    EXPECT_EQ(threads_of_loop(300, 150).size(), 2U) << "two stretches";
    EXPECT_EQ(threads_of_loop(300, 300).size(), 1U);
    set_threads(1);
    EXPECT_EQ(threads_of_loop(300, 1), std::set{std::this_thread::get_id()});
    EXPECT_TRUE(threads_of_loop(0, 1).empty());
  })
      .join();
}

TEST(ParallelFor, PassesExceptionsOn) {
  set_threads(2);
  EXPECT_THROW(
      parallel_for(10, 1, [](std::int64_t, std::int64_t) { throw std::out_of_range("x"); }),
      std::out_of_range);
}

}  // namespace
}  // namespace evotoken::model
