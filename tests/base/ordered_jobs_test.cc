#include "base/ordered_jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <numeric>
#include <stdexcept>
#include <string>

namespace evotoken {
namespace {

using ::testing::ElementsAre;

TEST(OrderedJobs, ResultsComeInTheOrderOfTheJobsWhateverTheThreads) {
  for (const std::size_t threads : {0U, 1U, 2U, 7U}) {
    std::vector<int> seen;
    OrderedJobs<int> jobs(threads, [&](int&& result) { seen.push_back(result); });
    for (int i = 0; i < 100; ++i) {
      jobs.add([i] {
        std::this_thread::sleep_for(std::chrono::microseconds(i % 3 * 100));
        return i;
      });
    }
    jobs.finish();
    std::vector<int> expected(100);
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(seen, expected) << threads;
  }
}

TEST(OrderedJobs, FewResultsWait) {
  std::atomic<int> begun = 0;
  int consumed = 0;
  int most = 0;
  OrderedJobs<int> jobs(2, [&](int&&) { ++consumed; });
  for (int i = 0; i < 100; ++i) {
    jobs.add([&] { return ++begun; });
    most = std::max(most, begun - consumed);
  }
  jobs.finish();
  EXPECT_EQ(consumed, 100);
  EXPECT_LE(most, 4);
}

TEST(OrderedJobs, AThrowLeavesAtItsPlaceInTheOrder) {
  for (const std::size_t threads : {1U, 2U}) {
    std::vector<int> seen;
    const auto run = [&] {
      OrderedJobs<int> jobs(threads, [&](int&& result) { seen.push_back(result); });
      for (int i = 0; i < 20; ++i) {
        jobs.add([i] { return i == 3 ? throw std::runtime_error("third") : i; });
      }
      jobs.finish();
    };
    EXPECT_THROW(run(), std::runtime_error);
    EXPECT_THAT(seen, ElementsAre(0, 1, 2));
  }
}

TEST(OrderedJobs, FewerThreadsThanAskedForDo) {
  // Room for the stacks of some of the threads.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_AS, &before), 0);
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const auto page = static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
  const rlimit scarce{pages * page + (rlim_t{100} << 20), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_AS, &scarce), 0);
  int sum = 0;
  {
    OrderedJobs<int> jobs(1000, [&](int&& result) { sum += result; });
    for (int i = 0; i < 10; ++i) jobs.add([i] { return i; });
    jobs.finish();
  }
  ::setrlimit(RLIMIT_AS, &before);
  EXPECT_EQ(sum, 45);
}

}  // namespace
}  // namespace evotoken
