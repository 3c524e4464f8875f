// What holds for every flag, on a small program.
#include "programs/flag_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "programs/main.h"
#include "tests/programs/run_program.h"

namespace evotoken::programs {
namespace {

using ::testing::HasSubstr;

class FlagRules : public ::testing::Test {
 protected:
  void SetUp() override {
    app_.add_option("--count", count_)->check(CLI::Range(-5, 5));
    app_.add_option("--seed", seed_);
    app_.add_option("--rate", rate_);
    app_.add_option("--name", name_);
    app_.add_option("--many", many_);
    app_.add_flag("--dry_run", dry_run_);
    app_.add_subcommand("sub", "")->add_option("--rate", rate_);
    apply_flag_rules(app_);
  }

  /// What the parser says of `line`, in which two quotes are an empty word; empty where it is
  /// content.
  std::string fault(const std::string& line) {
    std::vector<std::string> words;
    for (const std::string& word : CLI::detail::split(line, ' ')) {
      words.insert(words.begin(), word == "''" ? "" : word);  // the parser takes them in reverse
    }
    try {
      app_.parse(words);
      return "";
    } catch (const CLI::ParseError& error) {
      return error.what();
    }
  }

  std::int64_t count_ = 0;
  std::uint64_t seed_ = 0;
  double rate_ = 0;
  std::string name_;
  std::vector<std::int64_t> many_;
  bool dry_run_ = false;
  CLI::App app_{"", "evotoken-demo"};
};

TEST_F(FlagRules, TheLastOfTwoCounts) {
  EXPECT_EQ(fault("--count 1 --name a --count 2 --name b --many 1 2 --many 3"), "");
  EXPECT_EQ(count_, 2);
  EXPECT_EQ(name_, "b");
  EXPECT_EQ(many_, (std::vector<std::int64_t>{1, 2, 3})) << "lists are added up";
}

TEST_F(FlagRules, NumbersAreWhatTheirTypeHolds) {
  for (const char* text : {"1e30", "9223372036854775808", "1.5", "0x10", "+1", "abc", "1,5"}) {
    EXPECT_THAT(fault(std::string("--count ") + text), HasSubstr("expected an integer")) << text;
  }
  for (const char* text : {"-1", "18446744073709551616", "nan"}) {
    EXPECT_THAT(fault(std::string("--seed=") + text), HasSubstr("expected an integer from 0"));
  }
  for (const char* text : {"nan", "inf", "-inf", "1e-400", "1e400", "0,5"}) {
    EXPECT_THAT(fault(std::string("--rate=") + text), HasSubstr("expected a finite number"));
    EXPECT_THAT(fault(std::string("sub --rate=") + text), HasSubstr("a finite number")) << text;
  }
  EXPECT_THAT(fault("--many 1 2x"), HasSubstr("\"2x\""));
  EXPECT_EQ(fault("--count=-5 --seed 18446744073709551615 --rate -1.5e-3"), "");
  EXPECT_EQ(count_, -5);
  EXPECT_EQ(seed_, 18446744073709551615U);
  EXPECT_EQ(rate_, -1.5e-3);
}

TEST_F(FlagRules, AnEmptyValueIsRefused) {
  EXPECT_THAT(fault("--name ''"), HasSubstr("--name: empty, expected a value"));
  EXPECT_THAT(fault("--count ''"), HasSubstr("--count: empty"));
}

TEST_F(FlagRules, ASwitchTakesNoOtherValue) {
  EXPECT_THAT(fault("--dry_run=5x"), HasSubstr("\"5x\", expected no value"));
  EXPECT_EQ(fault("--dry_run --dry_run"), "");
  EXPECT_TRUE(dry_run_);
  EXPECT_EQ(fault("--dry_run=false"), "");
  EXPECT_FALSE(dry_run_);
}

TEST(OneClearLine, ShowsControlCharactersAndLeavesOutTheMiddle) {
  EXPECT_EQ(one_clear_line("a\nb\x1b[2Jé"), "a\\nb\\x1b[2Jé");
  std::string text = "begin ";
  for (int i = 0; i < 2000; ++i) text += "é";
  const std::string line = one_clear_line(text + " end");
  EXPECT_LT(line.size(), 1600U);
  EXPECT_THAT(line, ::testing::StartsWith("begin é"));
  EXPECT_THAT(line, ::testing::EndsWith("é end"));
  EXPECT_THAT(line, HasSubstr("é [2510 bytes left out] é"));
}

TEST(EveryProgram, SaysWhatIsWrongWithAFlag) {
  const evotoken::testing::Workplace place;
  const auto outcome = place.run("evotoken-compare a b --seed -1");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.err,
            "error: command line: --seed: \"-1\", expected an integer from 0 to 2^64 - 1; see "
            "evotoken-compare --help\n");
}

}  // namespace
}  // namespace evotoken::programs
