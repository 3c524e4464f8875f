// The gate of CI, by the workflow's own commands: the built-in model on a fixed subset of the
// built-in samples, against the committed verdicts. It fails when decoding, prompts, tokenizer,
// scorers or the weights get worse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/programs/workflow_steps.h"

namespace evotoken {
namespace {

namespace fs = std::filesystem;

TEST(BuiltinModelGate, NothingGotWorse) {
  const testing::Checkout place;
  fs::copy_file(EVOTOKEN_SOURCE_DIR "/models/tiny/gate.json",
                place.path() / "models/tiny/gate.json");
  ASSERT_EQ(place.run_step("Evaluate"), 0) << place.file("log");
  EXPECT_EQ(place.run_step("Gate"), 0)
      << place.file("log") << "\nIf this is meant: models/README.md says how.";
}

}  // namespace
}  // namespace evotoken
