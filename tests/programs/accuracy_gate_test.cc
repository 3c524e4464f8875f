// The commands of docs/examples/accuracy-gate.yml, as a runner would run them: a regression is
// caught and a harmless change passes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "reports/generations_file.h"
#include "tests/programs/run_program.h"

namespace evotoken {
namespace {

using ::testing::HasSubstr;

/// The `run: |` block of the step called `name`, without its indentation.
std::string step_commands(const std::string& name) {
  std::istringstream yaml(read_file(EVOTOKEN_SOURCE_DIR "/docs/examples/accuracy-gate.yml"));
  const std::string indent(10, ' ');
  std::string commands;
  bool in_step = false;
  bool in_run = false;
  for (std::string line; std::getline(yaml, line);) {
    if (line.starts_with("      - ")) {
      in_step = line == "      - name: " + name;
      in_run = false;
    } else if (in_step && line == "        run: |") {
      in_run = true;
    } else if (in_run && line.starts_with(indent)) {
      commands += line.substr(indent.size()) + "\n";
    }
  }
  return commands;
}

class AccuracyGateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(place_.path() / "build");
    std::filesystem::create_directory_symlink(EVOTOKEN_BIN_DIR, place_.path() / "build/bin");
  }
  /// As GitHub runs it: bash -e, with a file for the summary.
  int run_step(const std::string& name) {
    const std::string commands = step_commands(name);
    EXPECT_FALSE(commands.empty()) << name;
    write_file_atomically(place_.path() / "step.sh", commands);
    const std::string line = "cd " + place_.path().string() +
                             " && XDG_CACHE_HOME=$PWD/cache GITHUB_STEP_SUMMARY=$PWD/summary.md "
                             "bash -eo pipefail step.sh >log 2>&1";
    const int status = std::system(line.c_str());
    return WEXITSTATUS(status);
  }
  void write_results(int correct) {
    reports::GenerationsFile file;
    for (int i = 0; i < 100; ++i) {
      file.items.push_back({"question " + std::to_string(i), "prompt " + std::to_string(i),
                            i < correct ? "\\boxed{18}" : "\\boxed{19}", 18.0});
    }
    reports::write_generations(place_.path() / "out/eval/gsm8k_64_32_0_generations.json", file);
  }
  void write_baseline() {
    ASSERT_EQ(place_.run("evotoken-compare out --write_baseline ci/baseline.json").status, 0);
  }
  std::string file(const std::string& name) { return read_file(place_.path() / name); }
  testing::Workplace place_;
};

TEST_F(AccuracyGateTest, CatchesARegressionAndPassesTheRest) {
  write_results(70);
  write_baseline();
  EXPECT_EQ(run_step("Gate"), 0) << file("log");
  write_results(69);  // one point: within what is allowed
  EXPECT_EQ(run_step("Gate"), 0) << file("log");
  write_results(66);
  EXPECT_EQ(run_step("Gate"), 1) << file("log");
  EXPECT_THAT(file("log"), HasSubstr("REGRESSION in 1 of 1 setups"));
  EXPECT_THAT(file("out/junit.xml"), HasSubstr("failures=\"1\""));
  EXPECT_EQ(run_step("Report"), 0) << file("log");
  EXPECT_THAT(file("summary.md"), HasSubstr("### Accuracy: REGRESSION"));
  EXPECT_THAT(file("out/report.html"), HasSubstr("Accuracy of this change"));
}

TEST_F(AccuracyGateTest, EvaluatesWithTheBuiltInModel) {
  if (!std::filesystem::exists(EVOTOKEN_BIN_DIR "/evotoken-eval")) {
    GTEST_SKIP() << "NOT CHECKED: evotoken-eval is not built (EVOTOKEN_ENGINE=OFF)";
  }
  ASSERT_EQ(run_step("Evaluate"), 0) << file("log");
  write_baseline();
  EXPECT_EQ(run_step("Gate"), 0) << file("log");  // the same results are no regression
}

}  // namespace
}  // namespace evotoken
