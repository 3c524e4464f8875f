// Runs that are killed, interrupted or cut short, and runs of many processes: nothing is lost,
// nothing is there twice, and the results are those of one undisturbed process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

#include "tests/programs/background.h"
#include "tests/programs/run_program.h"

namespace evotoken {
namespace {

using testing::Background;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::Workplace;
namespace fs = std::filesystem;

constexpr const char* kFolder = "r_blockLength_8_kSoft_3_alphaSoftMask_0.7";
constexpr const char* kFile = "gsm8k_32_16_0_generations.json";

/// 32 samples of a few dozen milliseconds each.
std::string eval_toy(const std::string& more = "") {
  return "evotoken-eval --task gsm8k --decoder evotoken --gen_length 32 --block_length 8 --dtype "
         "float32 --limit 32 --output_dir r --model_path " +
         (testing::golden_dir() / "models" / "toy-mha").string() + " " + more;
}

/// The generations of a run, without its times.
nlohmann::ordered_json generations(const Workplace& workplace) {
  auto file = read_json_file(workplace.path() / kFolder / kFile);
  file["metrics"].erase("wall_time");
  return file;
}

const nlohmann::ordered_json& undisturbed() {
  static const nlohmann::ordered_json kGenerations = [] {
    const Workplace workplace;
    EXPECT_EQ(workplace.run(eval_toy()).status, 0);
    return generations(workplace);
  }();
  return kGenerations;
}

std::size_t journal_lines(const Workplace& workplace) {
  std::size_t lines = 0;
  if (!fs::exists(workplace.path() / kFolder)) return 0;
  for (const auto& file : fs::directory_iterator(workplace.path() / kFolder)) {
    if (!file.path().string().ends_with("_journal.jsonl")) continue;
    const std::string text = read_file(file.path());
    lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  return lines;
}

void wait_for(const std::function<bool()>& condition) {
  for (int tries = 0; tries < 3000 && !condition(); ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

/// Waits until the journals have so many lines, keys included.
void wait_for_lines(const Workplace& workplace, std::size_t lines) {
  wait_for([&] { return journal_lines(workplace) >= lines; });
}

TEST(EvalResume, KilledAgainAndAgainItLosesNothing) {
  const Workplace workplace;
  constexpr std::size_t kKills = 5;
  for (std::size_t kill = 1; kill <= kKills; ++kill) {
    Background run(workplace.path(), "killed", "", eval_toy("--workers 2"));
    wait_for_lines(workplace, 1 + 4 * kill);
    run.send(SIGKILL);
    run.wait();
  }
  const std::size_t kept = journal_lines(workplace) - 1;
  const Outcome last = workplace.run(eval_toy("--workers 1 --batch_size 3"));
  ASSERT_EQ(last.status, 0) << last.err;
  EXPECT_THAT(last.err, HasSubstr(std::to_string(kept) + " samples are in the journals"));
  EXPECT_EQ(generations(workplace), undisturbed());
  EXPECT_EQ(journal_lines(workplace), 1U + 32U) << "no sample was decoded twice";
}

TEST(EvalResume, InterruptedItReportsWhatThereIs) {
  const Workplace workplace;
  Background run(workplace.path(), "interrupted", "", eval_toy("--workers 1"));
  wait_for_lines(workplace, 4);
  run.send(SIGINT);
  EXPECT_EQ(run.wait(), 130);
  const auto some = generations(workplace);
  EXPECT_GE(some["generations"].size(), 3U);
  EXPECT_LT(some["generations"].size(), 32U);
  EXPECT_THAT(read_file(workplace.path() / "interrupted.out"), HasSubstr("Interrupted"));
  EXPECT_EQ(workplace.run(eval_toy()).status, 0);
  EXPECT_EQ(generations(workplace), undisturbed());
}

TEST(EvalResume, FinishedItDecodesNothing) {
  const Workplace workplace;
  ASSERT_EQ(workplace.run(eval_toy("--limit 6")).status, 0);
  const Outcome more = workplace.run(eval_toy("--limit 8"));
  EXPECT_THAT(more.err, HasSubstr("6 samples are in the journals"));
  EXPECT_EQ(journal_lines(workplace), 1U + 8U);
  const Outcome again = workplace.run(eval_toy("--limit 8"));
  EXPECT_EQ(again.status, 0);
  EXPECT_EQ(journal_lines(workplace), 1U + 8U);
  EXPECT_EQ(generations(workplace)["generations"].size(), 8U);
}

TEST(EvalResume, ResultsOfOtherSettingsAreNotTaken) {
  const Workplace workplace;
  ASSERT_EQ(workplace.run(eval_toy("--limit 3")).status, 0);
  const Outcome other = workplace.run(eval_toy("--limit 3 --dtype bfloat16"));
  EXPECT_EQ(other.status, 0);
  EXPECT_THAT(other.err, HasSubstr("not gone on with, made with other settings (dtype: "
                                   "\"float32\", now \"bfloat16\")"));
  EXPECT_TRUE(fs::exists(workplace.path() / kFolder / "gsm8k_32_16_0_journal.jsonl.stale-1"));
}

TEST(EvalResume, AFullDiskEndsTheRunWithTheJournalWhole) {
  const Workplace workplace;
  // A limit on the size of files stands for the disk; the shell counts in blocks of 512 bytes.
  Background run(workplace.path(), "full",
                 "sh -c 'ulimit -f 16; trap \"\" XFSZ; exec \"$0\" \"$@\"'",
                 eval_toy("--workers 1"));
  EXPECT_EQ(run.wait(), 4);
  EXPECT_THAT(read_file(workplace.path() / "full.err"),
              HasSubstr("journal.jsonl: cannot be written (File too large)"));
  EXPECT_GE(journal_lines(workplace), 2U);
  EXPECT_EQ(workplace.run(eval_toy()).status, 0);
  EXPECT_EQ(generations(workplace), undisturbed());
}

/// `world` processes of one run; `victim`, if any, is killed in mid-run.
void run_processes(const Workplace& workplace, int world, int victim = -1) {
  const std::string meeting =
      "MASTER_ADDR=127.0.0.1 MASTER_PORT=" + std::to_string(testing::free_port()) +
      " WORLD_SIZE=" + std::to_string(world) + " RANK=";
  std::vector<Background> processes;
  for (int rank = 0; rank < world; ++rank) {
    processes.emplace_back(workplace.path(), "rank" + std::to_string(rank),
                           meeting + std::to_string(rank), eval_toy("--workers 1 --lease_s 1"));
  }
  if (victim >= 0) {
    for (int rank = 0; rank < world; ++rank) {  // all have met, and work
      const auto journal = "gsm8k_32_16_" + std::to_string(rank) + "_journal.jsonl";
      wait_for([&] { return fs::exists(workplace.path() / kFolder / journal); });
    }
    processes[static_cast<std::size_t>(victim)].send(SIGKILL);
  }
  for (int rank = 0; rank < world; ++rank) {
    const int status = processes[static_cast<std::size_t>(rank)].wait();
    EXPECT_EQ(status, rank == victim ? 128 + SIGKILL : 0)
        << read_file(workplace.path() / ("rank" + std::to_string(rank) + ".err"));
  }
}

TEST(EvalProcesses, GiveTheResultsOfOne) {
  for (const int world : {1, 2, 5}) {
    const Workplace workplace;
    run_processes(workplace, world);
    EXPECT_EQ(generations(workplace), undisturbed()) << world << " processes";
  }
}

TEST(EvalProcesses, OneThatDiesIsReplacedByTheOthers) {
  const Workplace workplace;
  run_processes(workplace, 3, /*victim=*/1);
  EXPECT_EQ(generations(workplace), undisturbed());
}

TEST(EvalProcesses, GoOnWithoutTheOneThatServesTheQueue) {
  const Workplace workplace;
  run_processes(workplace, 3, /*victim=*/0);
  EXPECT_EQ(generations(workplace), undisturbed());
  EXPECT_THAT(read_file(workplace.path() / "rank1.err"), HasSubstr("going on alone"));
}

}  // namespace
}  // namespace evotoken
