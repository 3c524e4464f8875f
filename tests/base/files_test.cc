#include "base/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "tests/support.h"

namespace evotoken {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryDir;

template <typename Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Files, AtomicWriteReplacesAndLeavesNothingBeside) {
  const TemporaryDir dir;
  const auto path = dir.path() / "new" / "file.txt";
  write_file_atomically(path, "first");
  write_file_atomically(path, "second");
  EXPECT_EQ(read_file(path), "second");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path.parent_path()), {}), 1);
}

TEST(Files, ANameWithoutAFolderAndALinkAreFine) {
  const TemporaryDir dir;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(dir.path());
  write_file_atomically("plain", "1");
  std::filesystem::create_symlink("plain", "link");
  write_file_atomically("link", "2");
  EXPECT_TRUE(std::filesystem::is_symlink("link"));
  EXPECT_EQ(read_file("plain"), "2");
  std::filesystem::create_symlink("not_there_yet", "dangling");
  write_file_atomically("dangling", "3");
  EXPECT_EQ(read_file("not_there_yet"), "3");
  std::filesystem::current_path(before);
  write_file_atomically("/dev/null", "written to, not replaced");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(Files, AWriteThatFailsKeepsTheOldFile) {
  const TemporaryDir dir;
  write_file_atomically(dir.path() / "file", "kept");
  // A file where a folder is needed fails for root as well, whom permissions do not stop.
  EXPECT_THAT(message_of([&] { write_file_atomically(dir.path() / "file" / "below", "x"); }),
              HasSubstr("cannot be written"));
  EXPECT_EQ(read_file(dir.path() / "file"), "kept");
  EXPECT_THROW(write_file_atomically("/proc/no-such-folder/file", "x"), DeviceError);
}

TEST(Files, WhetherAFileCanBeMadeIsSaidWithItsOwnName) {
  const TemporaryDir dir;
  check_writable(dir.path() / "new" / "file");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path() / "new"), {}), 0)
      << "nothing is left behind";
  write_file_atomically(dir.path() / "plain", "kept");
  check_writable(dir.path() / "plain");
  EXPECT_EQ(read_file(dir.path() / "plain"), "kept");
  const auto below = dir.path() / "plain" / "file";
  const std::string message = message_of([&] { check_writable(below); });
  EXPECT_THAT(message, ::testing::StartsWith(below.string() + ": cannot be written"));
  EXPECT_THAT(message_of([&] { check_writable(dir.path()); }), HasSubstr("is a folder"));
  check_writable("/dev/null");
  EXPECT_THAT(message_of([] { check_writable("/proc/file"); }),
              ::testing::StartsWith("/proc/file: cannot be written"));
}

TEST(Files, ReadingSaysWhatIsWrong) {
  const TemporaryDir dir;
  EXPECT_THAT(message_of([&] { read_file(dir.path()); }),
              HasSubstr("is a folder, expected a file"));
  EXPECT_THAT(message_of([&] { read_file(dir.path() / "none"); }),
              HasSubstr("No such file or directory"));
  EXPECT_THAT(message_of([] { read_file("/dev/zero"); }), HasSubstr("is a device"));
  EXPECT_EQ(read_file("/dev/null"), "");
  // Opens, but its first page cannot be read.
  EXPECT_THAT(message_of([] { read_file("/proc/self/mem"); }), HasSubstr("reading failed"));
}

TEST(Files, ReadingKnowsNoSizeInAdvance) {
  EXPECT_THAT(read_file("/proc/self/status"), HasSubstr("Name:"));
  const TemporaryDir dir;
  const std::string large(300'000, 'x');
  write_file_atomically(dir.path() / "large", large);
  EXPECT_EQ(read_file(dir.path() / "large"), large);
}

TEST(Files, BadJsonIsLocated) {
  EXPECT_THAT(message_of([] { parse_json("{\"a\": 1,\n \"b\": }", "x.json"); }),
              ::testing::StartsWith("x.json: not valid JSON at line 2, column"));
  EXPECT_THAT(message_of([] { parse_json("", "x.json"); }), HasSubstr("at column 1"));
  EXPECT_THAT(message_of([] { parse_json("1e999", "x.json"); }),
              HasSubstr("range of a double (number overflow"));
  const std::string deep(kMaxJsonDepth + 1, '[');
  EXPECT_THAT(message_of([&] { parse_json(deep, "x.json"); }),
              HasSubstr("nest more than 100 deep at column 101"));
  EXPECT_EQ(parse_json("[\"\\\"" + deep + "\"]", "x.json")[0], "\"" + deep) << "within a text";
}

TEST(Files, LinesAreNumberedAndBlankOnesSkipped) {
  const TemporaryDir dir;
  std::ofstream(dir.path() / "lines", std::ios::binary) << "one\r\n\n  \nfour\nlast";
  std::vector<std::pair<std::string, std::size_t>> seen;
  for_each_line(dir.path() / "lines",
                [&](std::string_view line, std::size_t n) { seen.emplace_back(line, n); });
  EXPECT_EQ(seen, (std::vector<std::pair<std::string, std::size_t>>{
                      {"one", 1}, {"four", 4}, {"last", 5}}));
}

}  // namespace
}  // namespace evotoken
