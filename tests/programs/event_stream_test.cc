#include "programs/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "tests/support.h"

namespace evotoken::programs {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST(EventStream, WritesAnObjectALineAndAppends) {
  const testing::TemporaryDir dir;
  const auto path = dir.path() / "new" / "events.jsonl";
  EventStream(path.string(), 0).emit("start", {{"samples", 3}});
  EventStream(path.string(), 0).emit("end", {{"text", "\xff"}});
  std::vector<nlohmann::ordered_json> events;
  for_each_line(path, [&](std::string_view line, std::size_t) {
    events.push_back(nlohmann::ordered_json::parse(line));
  });
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]["event"], "start");
  EXPECT_EQ(events[0]["samples"], 3);
  EXPECT_EQ(events[1]["text"], "\uFFFD") << "bytes that are no UTF-8 cost no event";
  EXPECT_THAT(events[0]["time"].get<std::string>(), MatchesRegex("....-..-..T..:..:..\\....Z"));
}

TEST(EventStream, OtherProcessesHaveTheirOwnFile) {
  const testing::TemporaryDir dir;
  EventStream((dir.path() / "e").string(), 2).emit("start", nlohmann::ordered_json::object());
  EXPECT_EQ(nlohmann::ordered_json::parse(read_file(dir.path() / "e.rank2"))["rank"], 2);
}

TEST(EventStream, WithoutAPathItIsSilent) {
  EventStream none("", 0);
  EXPECT_FALSE(none.wanted());
  none.emit("start", nlohmann::ordered_json::object());
}

TEST(EventStream, AFullDiskIsToldOnceAndCostsNothingElse) {
  const testing::TemporaryDir dir;
  std::filesystem::create_symlink("/dev/full", dir.path() / "events");
  ::testing::internal::CaptureStderr();
  EventStream full((dir.path() / "events").string(), 0);
  full.emit("start", nlohmann::ordered_json::object());
  full.emit("end", nlohmann::ordered_json::object());
  const std::string told = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(told, HasSubstr("events: events cannot be written (No space left on device)"));
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 1);
}

TEST(EventStream, AFileThatCannotBeMadeIsAnError) {
  EXPECT_THROW(EventStream("/proc/events", 0), DeviceError);
}

}  // namespace
}  // namespace evotoken::programs
