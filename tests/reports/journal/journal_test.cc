#include "reports/journal/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/error.h"
#include "base/files.h"

namespace evotoken::reports {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class JournalTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }

  /// Writes `count` records {"n": 0} … of `key_`.
  void write(int count) {
    JournalWriter writer(path_, key_);
    for (int n = 0; n < count; ++n) writer.append(record(n));
  }
  static Json record(int n) { return {{"n", n}, {"text", "line\nend \"quoted\" ä"}}; }

  const fs::path folder_ = fs::path(testing::TempDir()) / "journal_test";
  const fs::path path_ = folder_ / "gsm8k_128_64_0_journal.jsonl";
  const Json key_ = {{"model_hash", "a1"}, {"temperature", 0.5}};
};

TEST_F(JournalTest, GivesBackWhatWasWritten) {
  write(2);
  write(1);  // goes on
  const JournalContents contents = read_journal(path_);
  EXPECT_EQ(contents.key, key_);
  EXPECT_THAT(contents.records, ElementsAre(record(0), record(1), record(0)));
  EXPECT_EQ(contents.damaged, 0U);
}

TEST_F(JournalTest, CutAtAnyByteLosesAtMostTheLastRecord) {
  write(3);
  const std::string whole = read_file(path_);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_file_atomically(path_, whole.substr(0, size));
    const auto lines = std::count(whole.begin(), whole.begin() + static_cast<long>(size), '\n');
    const auto kept = static_cast<std::size_t>(std::max<long>(0, lines - 1));
    EXPECT_EQ(read_journal(path_).records.size(), kept) << "cut at byte " << size;
    if (size % 7 != 0) continue;
    write(1);  // and the next run goes on behind the whole lines
    EXPECT_EQ(read_journal(path_).records.size(), kept + 1) << "cut at byte " << size;
    EXPECT_EQ(read_journal(path_).damaged, 0U);
    fs::remove_all(path_.string() + ".stale-1");
  }
}

TEST_F(JournalTest, LeavesOutLinesThatWereAltered) {
  write(3);
  std::string text = read_file(path_);
  text.replace(text.find("\"n\":1"), 5, "\"n\":7");
  write_file_atomically(path_, text);
  const JournalContents contents = read_journal(path_);
  EXPECT_THAT(contents.records, ElementsAre(record(0), record(2)));
  EXPECT_EQ(contents.damaged, 1U);
}

TEST_F(JournalTest, AnotherKeyIsSetAside) {
  write(2);
  const Json other = {{"model_hash", "b2"}, {"temperature", 0.5}};
  { JournalWriter writer(path_, other); }
  EXPECT_TRUE(read_journal(path_).records.empty());
  EXPECT_EQ(read_journal(path_.string() + ".stale-1").records.size(), 2U);
  EXPECT_THAT(key_differences(key_, other), ElementsAre("model_hash: \"a1\", now \"b2\""));
  EXPECT_THAT(key_differences(key_, {{"model_hash", "a1"}, {"dtype", "float32"}}),
              ElementsAre("dtype: null, now \"float32\"", "temperature: 0.5, now null"));
  EXPECT_TRUE(key_differences(key_, key_).empty());
}

TEST_F(JournalTest, ASecondRunIsRefused) {
  const JournalWriter first(path_, key_);
  EXPECT_THROW(JournalWriter(path_, key_), DeviceError);
}

TEST_F(JournalTest, AFullDiskKeepsTheRecordsBefore) {
  // RLIMIT_FSIZE in a child stands for a disk that fills up in the middle of a line.
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{700, 700};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      write(100);
    } catch (const DeviceError& error) {
      ::_exit(std::string(error.what()).find("cannot be written (File too large)") !=
                      std::string::npos
                  ? 4
                  : 5);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(WEXITSTATUS(status), 4);
  const JournalContents contents = read_journal(path_);
  EXPECT_GE(contents.records.size(), 2U);
  EXPECT_EQ(contents.damaged, 0U) << "the half record is taken back";
}

TEST_F(JournalTest, KilledAtAnyMomentItIsWhole) {
  constexpr int kKills = 40;
  std::size_t before = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      JournalWriter writer(path_, key_);
      for (int n = 0;; ++n) {
        writer.append(record(n));
        if (::write(ready[1], "x", 1) != 1) ::_exit(1);  // after it is on disk
      }
    }
    ::close(ready[1]);
    std::size_t told = 0;
    char byte = 0;
    const std::size_t enough = 1 + static_cast<std::size_t>(kill % 7);
    while (told < enough && ::read(ready[0], &byte, 1) == 1) ++told;
    ::kill(child, SIGKILL);
    while (::read(ready[0], &byte, 1) == 1) ++told;
    ::close(ready[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    const std::size_t now = read_journal(path_).records.size();
    EXPECT_GE(now, before + told) << "what was told to be on disk is there";
    EXPECT_LE(now, before + told + 1);
    before = now;
  }
}

}  // namespace
}  // namespace evotoken::reports
