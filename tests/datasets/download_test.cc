// datasets/download.sh with tiny files behind file:// URLs and a checksum list of their own.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>

#include "tests/datasets/fixtures.h"

namespace evotoken::datasets {
namespace {

namespace fs = std::filesystem;

struct Outcome {
  int status = 0;
  std::string output;  ///< stdout and stderr
};

class DownloadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v curl >/dev/null 2>&1") != 0) GTEST_SKIP() << "no curl";
    upstream("gsm8k/test.jsonl", "{\"question\": \"q\"}\n");
    upstream("gsm8k/train.jsonl", "{\"question\": \"t\"}\n");
    upstream("math500/test.jsonl",
             "{\"problem\":\"p\",\"solution\":\"a\\/b\",\"answer\":\"1\","
             "\"subject\":\"Algebra\",\"level\":2}\n");
    upstream("svamp/SVAMP.json", "[]\n");
    upstream("countdown/countdown_cd3_test.jsonl", "{\"input\": \"1,2\"}\n");
    const std::string command = fmt::format("cd {} && sha256sum */* > ../sums", quoted(up()));
    ASSERT_EQ(std::system(command.c_str()), 0);
  }

  fs::path up() const { return dir_.path() / "up"; }
  fs::path out() const { return dir_.path() / "out with space"; }
  void upstream(const std::string& name, std::string_view text) { put(up(), name, text); }
  static std::string quoted(const fs::path& path) { return fmt::format("'{}'", path.string()); }

  Outcome run(const std::string& arguments) {
    std::string command = fmt::format("EVOTOKEN_CHECKSUMS={}", quoted(dir_.path() / "sums"));
    for (const auto& [variable, folder] : {std::pair{"GSM8K", "gsm8k"},
                                           {"MATH500", "math500"},
                                           {"SVAMP", "svamp"},
                                           {"CHILLED", "chilled"},
                                           {"COUNTDOWN", "countdown"}}) {
      command += fmt::format(" EVOTOKEN_{}_URL='file://{}/{}'", variable, up().string(), folder);
    }
    command += fmt::format(" {} {} > {} 2>&1",
                           quoted(fs::path(EVOTOKEN_SOURCE_DIR) / "datasets" / "download.sh"),
                           arguments, quoted(dir_.path() / "log"));
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), read_file(dir_.path() / "log")};
  }
  Outcome run_all(const std::string& options = "") {
    return run(fmt::format("{} {}", options, quoted(out())));
  }

  testing::TemporaryDir dir_;
};

TEST_F(DownloadTest, FetchesEverythingOnce) {
  const Outcome first = run_all();
  EXPECT_EQ(first.status, 0) << first.output;
  EXPECT_EQ(read_file(out() / "gsm8k/train.jsonl"), "{\"question\": \"t\"}\n");
  EXPECT_NE(first.output.find("svamp/SVAMP.json: fetched"), std::string::npos) << first.output;
  fs::remove_all(up());
  const Outcome second = run_all();
  EXPECT_EQ(second.status, 0) << second.output;
  EXPECT_NE(second.output.find("svamp/SVAMP.json: already there"), std::string::npos);
}

TEST_F(DownloadTest, AWrongChecksumIsRefused) {
  upstream("gsm8k/test.jsonl", "something else\n");
  const Outcome outcome = run_all();
  EXPECT_EQ(outcome.status, 3);
  EXPECT_NE(outcome.output.find("error: gsm8k/test.jsonl: sha256 is "), std::string::npos);
  EXPECT_NE(outcome.output.find("error: 1 of the files are missing"), std::string::npos);
  EXPECT_FALSE(fs::exists(out() / "gsm8k/test.jsonl"));
  EXPECT_TRUE(fs::exists(out() / "svamp/SVAMP.json"));
  for (const auto& entry : fs::directory_iterator(out() / "gsm8k")) {
    EXPECT_EQ(entry.path().filename(), "train.jsonl");  // no temporary file is left
  }
  const Outcome accepted = run_all("--accept-unverified");
  EXPECT_EQ(accepted.status, 0) << accepted.output;
  EXPECT_NE(accepted.output.find("warning: gsm8k/test.jsonl: sha256 is "), std::string::npos);
  EXPECT_EQ(read_file(out() / "gsm8k/test.jsonl"), "something else\n");
}

TEST_F(DownloadTest, ADamagedFileIsFetchedAgainAndKeptUntilThen) {
  ASSERT_EQ(run_all().status, 0);
  put(out(), "svamp/SVAMP.json", "[damaged");
  fs::rename(up() / "svamp", up() / "away");
  const Outcome unreachable = run_all();
  EXPECT_EQ(unreachable.status, 3);
  EXPECT_NE(unreachable.output.find("error: svamp/SVAMP.json: could not be fetched from file://"),
            std::string::npos);
  EXPECT_EQ(read_file(out() / "svamp/SVAMP.json"), "[damaged");
  fs::rename(up() / "away", up() / "svamp");
  EXPECT_EQ(run_all().status, 0);
  EXPECT_EQ(read_file(out() / "svamp/SVAMP.json"), "[]\n");
}

TEST_F(DownloadTest, Math500IsVerifiedWithoutItsUniqueId) {
  const std::string canonical = read_file(up() / "math500/test.jsonl");
  for (const char* spelling :
       {"{\"problem\": \"p\", \"solution\": \"a/b\", \"answer\": \"1\", \"subject\": \"Algebra\", "
        "\"level\": 2, \"unique_id\": \"test/algebra/1.json\"}\n",
        "{\"problem\":\"p\",\"solution\":\"a\\/b\",\"answer\":\"1\",\"subject\":\"Algebra\","
        "\"level\":2,\"unique_id\":\"test\\/algebra\\/1.json\"}\n"}) {
    fs::remove_all(out());
    upstream("math500/test.jsonl", spelling);
    const Outcome outcome = run_all();
    EXPECT_EQ(outcome.status, 0) << outcome.output;
    EXPECT_EQ(read_file(out() / "math500/test.jsonl"), canonical);
  }
}

TEST_F(DownloadTest, TheOptionalSplitHasNoChecksum) {
  upstream("chilled/test.json", "[1]\n");
  upstream("chilled/train.json", "[2]\n");
  const Outcome outcome = run_all("--with-chilled");
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_NE(outcome.output.find("warning: svamp/test.json: no checksum known"), std::string::npos);
  EXPECT_EQ(read_file(out() / "svamp/train.json"), "[2]\n");
}

TEST_F(DownloadTest, Usage) {
  const Outcome help = run("--help");
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.output.starts_with("usage: datasets/download.sh")) << help.output;
  const Outcome nothing = run("");
  EXPECT_EQ(nothing.status, 2);
  EXPECT_EQ(nothing.output, "error: no folder given; see datasets/download.sh --help\n");
  EXPECT_EQ(run("--none x").output,
            "error: unknown option --none; see datasets/download.sh --help\n");
  EXPECT_EQ(run("a b").status, 2);
}

TEST_F(DownloadTest, AFolderThatCannotBeMade) {
  put(dir_.path(), "file", "x");
  const Outcome outcome = run(quoted(dir_.path() / "file"));
  EXPECT_EQ(outcome.status, 3);
  EXPECT_NE(outcome.output.find("cannot be written, expected a writable folder"), std::string::npos)
      << outcome.output;
}

}  // namespace
}  // namespace evotoken::datasets
