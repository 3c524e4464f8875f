#include "training/loss_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "tests/support.h"

namespace evotoken::training {
namespace {

LossRecord record(std::int64_t update, double loss) {
  LossRecord one;
  one.update = update;
  one.loss.total = loss;
  return one;
}

std::vector<std::int64_t> updates(const std::filesystem::path& path) {
  std::vector<std::int64_t> all;
  for_each_line(path, [&](std::string_view line, std::size_t) {
    all.push_back(nlohmann::json::parse(line).at("update"));
  });
  return all;
}

TEST(LossLog, GoesOnBehindItsCheckpoint) {
  const testing::TemporaryDir dir;
  const auto path = dir.path() / "loss.jsonl";
  {
    LossLog log(path, 0);
    for (int update = 1; update <= 5; ++update) log.append(record(update, 1.0 / update));
  }
  write_file_atomically(path, read_file(path) + "{\"update\": 6, \"lo");  // killed in mid-write
  {
    LossLog log(path, 3);
    EXPECT_EQ(updates(path), (std::vector<std::int64_t>{1, 2, 3}));
    log.append(record(4, 0.5));
    EXPECT_EQ(updates(path), (std::vector<std::int64_t>{1, 2, 3, 4}));
    EXPECT_THROW(LossLog(path, 0), DeviceError) << "two runs into one folder";
  }
  LossLog anew(path, 0);
  EXPECT_EQ(read_file(path), "") << "a new run starts a new log";
}

}  // namespace
}  // namespace evotoken::training
