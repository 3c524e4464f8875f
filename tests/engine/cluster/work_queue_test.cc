#include "engine/cluster/work_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "engine/cluster/rendezvous.h"

namespace evotoken::cluster {
namespace {

using std::chrono::milliseconds;

class SharedQueueTest : public testing::Test {
 protected:
  c10::intrusive_ptr<c10d::TCPStore> connect() const {
    c10d::TCPStoreOptions options;
    options.port = server_->getPort();
    options.waitWorkers = false;
    return c10::make_intrusive<c10d::TCPStore>("127.0.0.1", options);
  }

  SharedQueueOptions options(std::int64_t rank, std::int64_t world, std::int64_t count) const {
    SharedQueueOptions options;
    options.rank = rank;
    options.world_size = world;
    options.count = count;
    options.lease = milliseconds(200);
    return options;
  }

  static c10::intrusive_ptr<c10d::TCPStore> serve() {
    c10d::TCPStoreOptions options;
    options.port = 0;
    options.isServer = true;
    options.waitWorkers = false;
    return c10::make_intrusive<c10d::TCPStore>("127.0.0.1", options);
  }

  c10::intrusive_ptr<c10d::TCPStore> server_ = serve();
};

TEST(LocalQueue, HandsOutEachUnitOnceUntilStopped) {
  const auto queue = make_local_queue(4);
  EXPECT_EQ(queue->take(), 0);
  EXPECT_EQ(queue->try_take(), 1);
  queue->stop();
  EXPECT_EQ(queue->take(), std::nullopt);
  EXPECT_EQ(queue->try_take(), std::nullopt);
}

TEST_F(SharedQueueTest, ManyWorkersDoEachUnitOnce) {
  constexpr std::int64_t kCount = 200;
  constexpr std::int64_t kWorld = 5;
  std::mutex mutex;
  std::map<std::int64_t, int> done;
  std::vector<std::jthread> processes;
  for (std::int64_t rank = 0; rank < kWorld; ++rank) {
    processes.emplace_back([&, rank] {
      const auto queue = make_shared_queue(connect(), options(rank, kWorld, kCount));
      while (const auto unit = queue->take()) {
        {
          const std::lock_guard lock(mutex);
          ++done[*unit];
        }
        queue->finish(*unit);
      }
    });
  }
  processes.clear();
  EXPECT_EQ(done.size(), static_cast<std::size_t>(kCount));
  for (const auto& [unit, times] : done) EXPECT_EQ(times, 1) << unit;
}

TEST_F(SharedQueueTest, ACallerWithWorkInHandIsNotMadeToWait) {
  const auto queue = make_shared_queue(connect(), options(0, 2, 3));
  EXPECT_EQ(queue->take(), 0);
  EXPECT_EQ(queue->try_take(), 1);
  EXPECT_EQ(queue->try_take(), 2);
  EXPECT_EQ(queue->try_take(), std::nullopt) << "take() would wait for the three";
  for (std::int64_t unit = 0; unit < 3; ++unit) queue->finish(unit);
  EXPECT_EQ(queue->take(), std::nullopt);
}

TEST_F(SharedQueueTest, UnitsOfADeadProcessComeBack) {
  auto dead = make_shared_queue(connect(), options(1, 2, 3));
  EXPECT_EQ(dead->take(), 0);
  dead.reset();  // its heart stops with unit 0 in hand
  const auto queue = make_shared_queue(connect(), options(0, 2, 3));
  std::vector<std::int64_t> units;
  while (const auto unit = queue->take()) {
    units.push_back(*unit);
    queue->finish(*unit);
  }
  EXPECT_THAT(units, testing::ElementsAre(1, 2, 0));
}

TEST_F(SharedQueueTest, UnitsOfAStuckProcessComeBack) {
  const auto stuck = make_shared_queue(connect(), options(1, 2, 2));
  EXPECT_EQ(stuck->take(), 0);  // and never finishes it, though its heart beats
  const auto queue = make_shared_queue(connect(), options(0, 2, 2));
  EXPECT_EQ(queue->take(), 1);
  queue->finish(1);
  EXPECT_EQ(queue->take(), 0);
  queue->finish(0);
  EXPECT_EQ(queue->take(), std::nullopt);
  EXPECT_EQ(stuck->take(), std::nullopt) << "it learns that another one did its unit";
}

TEST_F(SharedQueueTest, WithoutTheStoreEachGoesOnAlone) {
  SharedQueueOptions alone = options(1, 2, 4);
  alone.finished_elsewhere = [](std::int64_t unit) { return unit == 3; };
  const auto queue = make_shared_queue(connect(), alone);
  EXPECT_EQ(queue->take(), 0);
  queue->finish(0);
  server_.reset();
  std::vector<std::int64_t> units;
  while (const auto unit = queue->take()) units.push_back(*unit);
  EXPECT_THAT(units, testing::ElementsAre(2, 1)) << "from its share on, without those known done";
}

TEST_F(SharedQueueTest, StopEndsWaiting) {
  const auto other = make_shared_queue(connect(), options(1, 2, 1));
  EXPECT_EQ(other->take(), 0);
  SharedQueueOptions patient = options(0, 2, 1);
  patient.lease = std::chrono::minutes(5);
  const auto queue = make_shared_queue(connect(), patient);
  std::jthread stopper([&] {
    std::this_thread::sleep_for(milliseconds(50));
    queue->stop();
  });
  EXPECT_EQ(queue->take(), std::nullopt);
}

}  // namespace
}  // namespace evotoken::cluster
