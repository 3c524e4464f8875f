// The gate of CI: the built-in model on a fixed subset of the built-in samples, against the
// committed verdicts. It fails when decoding, prompts, tokenizer, scorers or the weights get worse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/programs/run_program.h"

namespace evotoken {
namespace {

using testing::Outcome;
using testing::Workplace;
namespace fs = std::filesystem;

const fs::path kSource = EVOTOKEN_SOURCE_DIR;

TEST(BuiltinModelGate, NothingGotWorse) {
  const Workplace workplace;
  const Outcome run =
      workplace.run("evotoken-eval --config " + (kSource / "configs/gate.json").string());
  ASSERT_EQ(run.status, 0) << run.err;
  // Rounding differs between processors, and may turn a sample or two.
  const Outcome gate =
      workplace.run("evotoken-compare " + (kSource / "models/tiny/gate.json").string() +
                    " . --max_drop_points 9");
  EXPECT_EQ(gate.status, 0) << gate.out << gate.err
                            << "\nIf this is meant: models/README.md says how.";
}

}  // namespace
}  // namespace evotoken
