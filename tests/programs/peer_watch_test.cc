#include "programs/peer_watch.h"

#include <gtest/gtest.h>

#include <fstream>

#include "reports/journal/journal.h"
#include "tests/support.h"

namespace evotoken::programs {
namespace {

using reports::JournalWriter;

TEST(PeerWatch, CountsTheSamplesThatOthersFinish) {
  const testing::TemporaryDir dir;
  const auto path = [&](const char* name) { return dir.path() / name; };
  const nlohmann::ordered_json key = {{"model_hash", "a"}};
  const nlohmann::ordered_json record = {{"sample_id", "x"}};
  { JournalWriter(path("cell0_1"), key).append(record); }  // by an earlier run
  PeerWatch watch({{2, path("cell0_2")}, {1, path("cell0_1")}, {1, path("cell1_1")}});
  auto states = watch.look();
  ASSERT_EQ(states.size(), 2U);
  EXPECT_EQ(states[0].rank, 1);
  EXPECT_EQ(states[0].done + states[1].done, 0);

  JournalWriter(path("cell0_1"), key).append(record);
  {
    JournalWriter writer(path("cell1_1"), key);  // its first line is no sample
    writer.append(record);
    writer.append(record);
  }
  std::ofstream(path("cell0_2")) << "{\"journal_key\":";  // torn: not yet a line
  states = watch.look();
  EXPECT_EQ(states[0].done, 3);
  EXPECT_EQ(states[1].done, 0);
  EXPECT_GE(states[1].silent_s, states[0].silent_s);
  EXPECT_EQ(watch.look()[0].done, 3) << "nothing new";
}

TEST(PeerWatch, AJournalThatWasSetAsideBeginsAnew) {
  const testing::TemporaryDir dir;
  const auto path = dir.path() / "journal";
  const nlohmann::ordered_json record = {{"sample_id", "x"}};
  {
    JournalWriter writer(path, {{"model_hash", "a long one, of another model"}});
    for (int i = 0; i < 5; ++i) writer.append(record);
  }
  PeerWatch watch({{1, path}});
  JournalWriter(path, {{"model_hash", "b"}}).append(record);
  EXPECT_EQ(watch.look()[0].done, 1);
}

}  // namespace
}  // namespace evotoken::programs
