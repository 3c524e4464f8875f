#include "programs/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "tests/support.h"

namespace evotoken::programs {
namespace {

using ::testing::HasSubstr;

TEST(Output, OneOutputMayHaveStdout) {
  EXPECT_FALSE(stdout_is_taken({{"--json", ""}, {"--csv", "c.csv"}}));
  EXPECT_TRUE(stdout_is_taken({{"--json", ""}, {"--csv", "-"}}));
  try {
    stdout_is_taken({{"--json", "-"}, {"--csv", "-"}});
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("--csv: \"-\", but --json has stdout already"));
  }
}

TEST(Output, SomeNeedAFile) {
  refuse_stdout({"--profile", ""});
  refuse_stdout({"--profile", "./-"});
  EXPECT_THROW(refuse_stdout({"--profile", "-"}), UsageError);
}

TEST(Output, JsonEndsItsLineWhateverItsBytes) {
  const testing::TemporaryDir dir;
  const std::string path = (dir.path() / "out.json").string();
  write_json(path, {{"text", "\xff"}}, /*indent=*/-1);
  EXPECT_EQ(read_file(path), "{\"text\":\"\uFFFD\"}\n");
  write_json("", {{"a", 1}});
  write_output("", "nothing");
}

}  // namespace
}  // namespace evotoken::programs
