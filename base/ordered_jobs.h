// Work done by several threads, its results seen by one in the order in which it was handed in.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace evotoken {

/// The threads that this machine runs at once, at least 1.
inline std::size_t hardware_threads() {
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

/// Runs jobs on `threads` threads and gives their results, in the order of the jobs, to `consume`,
/// which only ever runs on the thread that calls add and finish. Few results wait at any time, so
/// memory does not grow with the number of jobs. With one thread everything runs on the caller's.
/// Where the system gives fewer threads than asked for, those do.
/// What a job or `consume` throws leaves add or finish, at that job's place in the order; the
/// object must then be destroyed, which waits for jobs that have begun and drops the others.
template <typename Result>
class OrderedJobs {
 public:
  using Job = std::function<Result()>;
  using Consumer = std::function<void(Result&&)>;

  OrderedJobs(std::size_t threads, Consumer consume) : consume_(std::move(consume)) {
    if (threads < 2) return;
    try {
      for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      // Memory or the limit of processes is reached: those that have begun do the work.
    }
  }
  ~OrderedJobs() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
      queue_.clear();
    }
    has_work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  OrderedJobs(const OrderedJobs&) = delete;
  OrderedJobs& operator=(const OrderedJobs&) = delete;

  /// Hands in a job; first consumes the oldest results while too many wait.
  void add(Job job) {
    if (threads_.empty()) {
      consume_(job());
      return;
    }
    while (results_.size() >= kWaitingPerThread * threads_.size()) consume_oldest();
    std::packaged_task<Result()> task(std::move(job));
    results_.push_back(task.get_future());
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(task));
    }
    has_work_.notify_one();
  }

  /// Waits for all jobs and consumes what is left.
  void finish() {
    while (!results_.empty()) consume_oldest();
  }

 private:
  /// Two: while one is done the next is there already.
  static constexpr std::size_t kWaitingPerThread = 2;

  void consume_oldest() {
    Result result = results_.front().get();
    results_.pop_front();
    consume_(std::move(result));
  }

  void work() {
    while (true) {
      std::packaged_task<Result()> task;
      {
        std::unique_lock lock(mutex_);
        has_work_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
        if (queue_.empty()) return;
        task = std::move(queue_.front());
        queue_.pop_front();
      }
      task();
    }
  }

  Consumer consume_;
  std::deque<std::future<Result>> results_;
  std::mutex mutex_;  // guards the two below
  std::deque<std::packaged_task<Result()>> queue_;
  bool stopped_ = false;
  std::condition_variable has_work_;
  std::vector<std::thread> threads_;
};

}  // namespace evotoken
