// --help by topics, the manual page and the completion of a small program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "programs/cli_help.h"
#include "programs/cli_manual.h"
#include "programs/main.h"
#include "tests/programs/run_program.h"

namespace evotoken::programs {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CliTest : public ::testing::Test {
 protected:
  void SetUp() override {
    app_.add_option("PATH", path_, "what to read")->required();
    app_.add_option("--limit,-l", limit_, "first samples only;\n0 is all")
        ->check(CLI::Range(0, 9))
        ->capture_default_str()
        ->group("Data");
    app_.add_option("--order", order_, "in which samples are decoded")
        ->check(CLI::IsMember({"file", "longest"}))
        ->group("Run");
    app_.add_flag("--dry_run", dry_run_, "run nothing")->group("Run");
    app_.add_flag("--secret", dry_run_, "not shown")->group("");
    app_.set_help_flag("-h,--help", "this text")->group("Help");
  }

  /// What bash offers for `words`, the last of which is being typed.
  std::string completed(const std::string& words) {
    const evotoken::testing::TemporaryDir dir;
    write_file_atomically(dir.path() / "script.sh",
                          bash_completion(app_) + "COMP_WORDS=(" + words +
                              ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_evotoken_demo\n"
                              "echo \"${COMPREPLY[*]}\" > " +
                              (dir.path() / "out").string() + "\n");
    const std::string script = "bash -eu " + (dir.path() / "script.sh").string();
    EXPECT_EQ(std::system(script.c_str()), 0);
    return read_file(dir.path() / "out");
  }

  std::string path_;
  int limit_ = 3;
  std::string order_;
  bool dry_run_ = false;
  CLI::App app_{"Shows how it is done. At length.", "evotoken-demo"};
};

TEST_F(CliTest, HelpIsByTopicsWithDefaults) {
  const std::string help = help_text(app_, "", 80);
  EXPECT_THAT(help, StartsWith("Shows how it is done. At length.\n"
                               "Usage: evotoken-demo [FLAGS] PATH\n"
                               "Topics, for --help TOPIC: arguments, data, run\n"));
  EXPECT_THAT(help, HasSubstr("\nData\n"
                              "  -l, --limit N               first samples only; 0 is all [3]\n"));
  EXPECT_THAT(help, HasSubstr("  --order {file,longest}      in which samples are decoded\n"));
  EXPECT_THAT(help, Not(HasSubstr("secret")));
  EXPECT_GT(help.find("\nHelp\n"), help.find("\nRun\n"));
}

TEST_F(CliTest, HelpOfOneTopic) {
  const std::string help = help_text(app_, "run", 80);
  EXPECT_THAT(help, StartsWith("\nRun\n"));
  EXPECT_THAT(help, Not(HasSubstr("--limit")));
  EXPECT_EQ(help_text(app_, "poetry", 80), "");
  EXPECT_THAT(help_topics(app_), ::testing::IsSupersetOf({"run", "help", "all"}));
}

TEST_F(CliTest, LongHelpIsGivenInShortFirst) {
  for (int i = 0; i < 50; ++i) {
    app_.add_option("--flag" + std::to_string(i), limit_, "of no use")->group("Run");
  }
  const std::string help = help_text(app_, "", 80);
  EXPECT_LT(std::count(help.begin(), help.end(), '\n'), 40) << help;
  EXPECT_THAT(help, HasSubstr("\nData\n  --limit N [3]\n"));
  EXPECT_THAT(help, HasSubstr("\nRun\n  --order NAME  --dry_run  --flag0 N  --flag1 N"));
  EXPECT_THAT(help, HasSubstr("--help all"));
  EXPECT_THAT(help_text(app_, "all", 80), HasSubstr("  --flag49 N                  of no use\n"));
}

TEST_F(CliTest, HelpFitsTheScreen) {
  app_.add_option("--long_name_of_a_flag_that_needs_a_line", path_,
                  "with a help text that is broken at its blanks, as it would not fit otherwise");
  std::istringstream lines(help_text(app_, "", 60));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 60U) << line;
}

TEST_F(CliTest, SubcommandsAreNamed) {
  app_.add_subcommand("sft", "learns what is asked")->add_option("--steps", limit_, "so many");
  const std::string help = help_text(app_, "", 80);
  EXPECT_THAT(help, HasSubstr("Usage: evotoken-demo COMMAND [FLAGS] PATH\n"));
  EXPECT_THAT(help, HasSubstr("  sft                         learns what is asked\n"));
  EXPECT_THAT(help_text(*app_.get_subcommand("sft"), "", 80),
              HasSubstr("Usage: evotoken-demo sft [FLAGS]\n"));
  EXPECT_THAT(man_page(app_, "1"), HasSubstr(".SH \"COMMAND sft\"\nlearns what is asked\n.SS"));
  EXPECT_EQ(completed("evotoken-demo s"), "sft\n");
  EXPECT_EQ(completed("evotoken-demo sft --st"), "--steps\n");
}

TEST_F(CliTest, BashCompletesFlagsAndValues) {
  EXPECT_EQ(completed("evotoken-demo --"), "--limit --order --dry_run --help\n");
  EXPECT_EQ(completed("evotoken-demo -"), "-l --limit --order --dry_run -h --help\n");
  EXPECT_EQ(completed("evotoken-demo --dr"), "--dry_run\n");
  EXPECT_EQ(completed("evotoken-demo --order ''"), "file longest\n");
  EXPECT_EQ(completed("evotoken-demo --order file,lo"), "file,longest\n") << "within a list";
  EXPECT_EQ(completed("evotoken-demo --limit 1"), "\n") << "files are bash's own work";
}

TEST_F(CliTest, TheManualPageHoldsEveryFlag) {
  const std::string page = man_page(app_, "evotoken-demo 1.0");
  EXPECT_THAT(page, StartsWith(".TH evotoken-demo 1 "));
  EXPECT_THAT(page, HasSubstr(".SH NAME\nevotoken\\-demo \\- Shows how it is done\n"));
  EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-l, \\-\\-limit\\fR \\fIN\\fR\n"
                              "first samples only; 0 is all (default: 3)\n"));
  EXPECT_THAT(page, HasSubstr(".SH \"EXIT STATUS\"\n"));
  EXPECT_THAT(page, Not(HasSubstr("secret")));
}

TEST(EveryProgram, AnswersQuestionsAboutItself) {
  const evotoken::testing::Workplace place;
  for (const std::string name : {"evotoken-compare", "evotoken-report"}) {
    EXPECT_THAT(place.run(name + " --version").out, StartsWith(name + " 0."));
    EXPECT_THAT(place.run(name + " --man").out, StartsWith(".TH " + name));
    EXPECT_THAT(place.run(name + " --completion bash").out, HasSubstr("complete -o default"));
    EXPECT_THAT(place.run(name + " --help output").out, StartsWith("\nOutput\n"));
    const auto wrong = place.run(name + " --completion fish");
    EXPECT_EQ(wrong.status, 2);
    EXPECT_THAT(wrong.err, StartsWith("error: --completion: \"fish\", expected bash"));
  }
}

TEST(EveryProgram, SurvivesClosedAndFullStreams) {
  const evotoken::testing::Workplace place;
  EXPECT_EQ(place.shell("evotoken-report --version >&-").status, 4);
  EXPECT_EQ(place.shell("evotoken-report --version >/dev/full").status, 4);
  EXPECT_EQ(place.shell("evotoken-report none 2>&-").status, 3);
  EXPECT_EQ(place.shell("evotoken-report none 2>/dev/full").status, 3);
  // The file that is opened first must not become stdout or stderr.
  write_file_atomically(place.path() / "x.jsonl",
                        R"({"task":"svamp","generations":"5","ground_truth":5})");
  EXPECT_EQ(place.shell("evotoken-report x.jsonl --csv out.csv --html none >&- 2>&-").status, 0);
  EXPECT_THAT(read_file(place.path() / "out.csv"), StartsWith("task,setup,"));
}

TEST(EveryProgram, SaysThatItsFolderIsGone) {
  const evotoken::testing::Workplace place;
  const auto outcome = place.shell("mkdir gone; cd gone; rmdir ../gone; evotoken-report x");
  EXPECT_EQ(outcome.status, 4);
  EXPECT_THAT(outcome.err, StartsWith("error: working folder: cannot be used (No such file"));
}

TEST(EveryProgram, ExplainsTheTopicsOfACommand) {
  CLI::App app("demo", "evotoken-demo");
  int steps = 3;
  app.add_subcommand("sft", "learns")->add_option("--steps", steps, "so many");
  const char* const line[] = {"evotoken-demo", "sft", "--help", "all"};
  ::testing::internal::CaptureStdout();
  EXPECT_EQ(run_main(app, 4, line, [] { return 1; }), 0);
  EXPECT_THAT(::testing::internal::GetCapturedStdout(), HasSubstr("--steps N"));
}

}  // namespace
}  // namespace evotoken::programs
