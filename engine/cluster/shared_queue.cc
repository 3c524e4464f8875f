#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <utility>
#include <vector>

#include "base/note.h"
#include "engine/cluster/work_queue.h"

namespace evotoken::cluster {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::vector<std::uint8_t> bytes_of(std::int64_t rank) {
  const std::string text = fmt::format("{}", rank);
  return {text.begin(), text.end()};
}

/// Keys in the store, behind the prefix: `next` counts the units handed out for the first time,
/// `owner/U` says who has unit U, `finished/U` that it is done, `beat/R` grows while rank R lives,
/// `bye/R` says that it left.
class SharedQueue final : public WorkQueue {
 public:
  SharedQueue(c10::intrusive_ptr<c10d::TCPStore> store, SharedQueueOptions options)
      : store_(std::move(store)),
        options_(std::move(options)),
        finished_(static_cast<std::size_t>(options_.count)),
        taken_at_(static_cast<std::size_t>(options_.count)),
        beats_(static_cast<std::size_t>(options_.world_size)),
        heartbeat_([this](const std::stop_token& stop) { beat(stop); }) {}

  ~SharedQueue() override {
    try {
      store_->set(key("bye", options_.rank), bytes_of(options_.rank));
      if (options_.serves) wait_for_goodbyes();
    } catch (const std::exception&) {  // the store is gone: nobody to tell
    }
  }

  std::optional<std::int64_t> take() override {
    std::unique_lock lock(mutex_);
    while (!stopped_) {
      std::optional<std::int64_t> unit;
      bool all_finished = false;
      try {
        if (!lost_) {
          unit = take_fresh();
          if (!unit) unit = take_back(all_finished);
        }
      } catch (const c10::Error& error) {
        lose(error);
      }
      if (lost_) {
        unit = take_alone();
        all_finished = !unit;
      }
      if (unit) taken_at_[static_cast<std::size_t>(*unit)] = Clock::now();
      if (unit || all_finished) return unit;
      wake_.wait_for(lock, poll());
    }
    return std::nullopt;
  }

  std::optional<std::int64_t> try_take() override {
    const std::lock_guard lock(mutex_);
    std::optional<std::int64_t> unit;
    try {
      if (!stopped_ && !lost_) unit = take_fresh();
    } catch (const c10::Error& error) {
      lose(error);  // take() goes on alone
    }
    if (unit) taken_at_[static_cast<std::size_t>(*unit)] = Clock::now();
    return unit;
  }

  void finish(std::int64_t unit) override {
    const std::lock_guard lock(mutex_);
    const auto u = static_cast<std::size_t>(unit);
    finished_[u] = true;
    longest_ = std::max(longest_, Clock::now() - taken_at_[u]);
    try {
      if (!lost_) store_->set(key("finished", unit), bytes_of(options_.rank));
    } catch (const c10::Error& error) {
      lose(error);
    }
    wake_.notify_all();
  }

  void stop() override {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    wake_.notify_all();
  }

 private:
  /// The last heartbeat of a rank that was seen, and since when it has not changed.
  struct Beat {
    std::int64_t count = -1;
    Clock::time_point since;
  };

  std::string key(const char* what, std::int64_t n) const {
    return fmt::format("{}/{}/{}", options_.prefix, what, n);
  }
  milliseconds poll() const {
    return std::clamp(options_.lease / 8, milliseconds(5), milliseconds(1000));
  }

  /// Makes `rank` of this process the owner; false when another one was faster.
  bool own(std::int64_t unit, const std::vector<std::uint8_t>& before) {
    const auto mine = bytes_of(options_.rank);
    return store_->compareSet(key("owner", unit), before, mine) == mine;
  }

  std::optional<std::int64_t> take_fresh() {
    while (!handed_out_) {
      const std::int64_t unit = store_->add(fmt::format("{}/next", options_.prefix), 1) - 1;
      if (unit >= options_.count) {
        handed_out_ = true;
      } else if (own(unit, {})) {
        return unit;
      }
    }
    return std::nullopt;
  }

  /// A unit whose owner died or is far slower than this process ever was.
  std::optional<std::int64_t> take_back(bool& all_finished) {
    all_finished = true;
    for (std::int64_t unit = 0; unit < options_.count; ++unit) {
      const auto u = static_cast<std::size_t>(unit);
      if (!finished_[u]) finished_[u] = store_->check({key("finished", unit)});
      if (finished_[u]) continue;
      all_finished = false;
      const std::vector<std::uint8_t> owner = owner_of(unit);
      if (owner == bytes_of(options_.rank)) continue;  // another thread here has it
      if (may_claim(unit, owner) && own(unit, owner)) return unit;
    }
    return std::nullopt;
  }

  std::vector<std::uint8_t> owner_of(std::int64_t unit) {
    if (!store_->check({key("owner", unit)})) return {};
    return store_->get(key("owner", unit));
  }

  bool may_claim(std::int64_t unit, const std::vector<std::uint8_t>& owner) {
    Clock::time_point& seen = taken_at_[static_cast<std::size_t>(unit)];
    const Clock::time_point now = Clock::now();
    if (seen == Clock::time_point{}) seen = now;
    constexpr int kFarSlower = 4;
    const Clock::duration slow = std::max<Clock::duration>(options_.lease, kFarSlower * longest_);
    if (owner.empty()) return now - seen > options_.lease;  // its taker died at once
    return silent(std::stoll(std::string(owner.begin(), owner.end()))) || now - seen > slow;
  }

  bool silent(std::int64_t rank) {
    Beat& beat = beats_[static_cast<std::size_t>(rank)];
    const std::int64_t count = store_->add(key("beat", rank), 0);
    const Clock::time_point now = Clock::now();
    if (count != beat.count) beat = {count, now};
    return now - beat.since > options_.lease;
  }

  void lose(const c10::Error& error) {
    if (lost_) return;
    lost_ = true;
    const std::string reason = error.what_without_backtrace();
    note("process {}: the others cannot be reached ({}); going on alone\n", options_.rank,
         reason.substr(0, reason.find('\n')));
  }

  /// From this process's share on, so that several who are alone do not all do the same.
  std::optional<std::int64_t> take_alone() {
    const std::int64_t share = options_.rank * options_.count / options_.world_size;
    for (; alone_ < options_.count; ++alone_) {
      const std::int64_t unit = (share + alone_) % options_.count;
      if (finished_[static_cast<std::size_t>(unit)]) continue;
      if (options_.finished_elsewhere && options_.finished_elsewhere(unit)) continue;
      ++alone_;
      return unit;
    }
    return std::nullopt;
  }

  void beat(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      try {
        store_->add(key("beat", options_.rank), 1);
      } catch (const c10::Error&) {
        return;  // take() and finish() say so
      }
      never.wait_for(lock, stop, poll(), [] { return false; });
    }
  }

  /// The store's process serves the others until they have left, or are silent.
  void wait_for_goodbyes() {
    for (std::int64_t rank = 0; rank < options_.world_size; ++rank) {
      if (rank == options_.rank) continue;
      while (!store_->check({key("bye", rank)}) && !silent(rank)) {
        std::this_thread::sleep_for(poll());
      }
    }
  }

  c10::intrusive_ptr<c10d::TCPStore> store_;
  const SharedQueueOptions options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<bool> finished_;
  std::vector<Clock::time_point> taken_at_;  // by this process; else when first seen unfinished
  std::vector<Beat> beats_;
  Clock::duration longest_{};
  std::int64_t alone_ = 0;
  bool handed_out_ = false;
  bool lost_ = false;
  bool stopped_ = false;
  std::jthread heartbeat_;  // last: it uses the others
};

}  // namespace

std::unique_ptr<WorkQueue> make_shared_queue(c10::intrusive_ptr<c10d::TCPStore> store,
                                             SharedQueueOptions options) {
  return std::make_unique<SharedQueue>(std::move(store), std::move(options));
}

std::unique_ptr<WorkQueue> join_queue(const Membership& membership, SharedQueueOptions options) {
  options.rank = membership.rank;
  options.world_size = membership.world_size;
  options.serves = membership.serves();
  options.prefix += "/" + membership.attempt;
  return make_shared_queue(open_store(membership, std::chrono::minutes(10), /*for_all=*/false),
                           std::move(options));
}

}  // namespace evotoken::cluster
