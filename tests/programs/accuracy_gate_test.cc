// The steps Gate and Report of .github/workflows/accuracy.yml: a regression is caught and a
// harmless change passes. builtin_model_gate_test.cc runs them on the model itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/generations_file.h"
#include "tests/programs/workflow_steps.h"

namespace evotoken {
namespace {

using ::testing::HasSubstr;

void write_results(const testing::Checkout& place, int correct) {
  reports::GenerationsFile file;
  for (int i = 0; i < 100; ++i) {
    file.items.push_back({"question " + std::to_string(i), "prompt " + std::to_string(i),
                          i < correct ? "\\boxed{18}" : "\\boxed{19}", 18.0});
  }
  reports::write_generations(place.path() / "out/gate/gsm8k_64_32_0_generations.json", file);
}

TEST(AccuracyGate, CatchesARegressionAndPassesTheRest) {
  const testing::Checkout place;
  write_results(place, 70);
  ASSERT_EQ(place.run("evotoken-compare out --write_baseline models/tiny/gate.json").status, 0);
  EXPECT_EQ(place.run_step("Gate"), 0) << place.file("log");
  write_results(place, 69);  // one point: within what is allowed
  EXPECT_EQ(place.run_step("Gate"), 0) << place.file("log");
  write_results(place, 60);
  EXPECT_EQ(place.run_step("Gate"), 1) << place.file("log");
  EXPECT_THAT(place.file("log"), HasSubstr("REGRESSION in 1 of 1 setups"));
  EXPECT_THAT(place.file("out/junit.xml"), HasSubstr("failures=\"1\""));
  EXPECT_EQ(place.run_step("Report"), 0) << place.file("log");
  EXPECT_THAT(place.file("summary.md"), HasSubstr("### Accuracy: REGRESSION"));
  EXPECT_THAT(place.file("out/report.html"), HasSubstr("Accuracy of this change"));
}

}  // namespace
}  // namespace evotoken
