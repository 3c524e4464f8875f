#include "programs/eval_reports.h"

#include <gtest/gtest.h>

namespace evotoken::programs {
namespace {

TEST(FiguresText, SaysWhatIsKnownAndNothingElse) {
  reports::RunProvenance run;
  EXPECT_EQ(figures_text(run), "");
  run.decode_wall_s = 12.3;
  EXPECT_EQ(figures_text(run), "samples 12.30 s\n");
  run.load_s = 0.5;
  run.workers = 1;
  EXPECT_EQ(figures_text(run), "load 0.50 s, samples 12.30 s by 1 worker\n");
  run.workers = 2;
  run.warm_up_s = 0.01;
  run.peak_memory_bytes = 210'000'000;
  run.energy_j = 41.5;
  EXPECT_EQ(
      figures_text(run),
      "load 0.50 s, warm-up 0.01 s, samples 12.30 s by 2 workers, peak memory 0.21 GB, 42 J by "
      "the device's meter\n");
}

}  // namespace
}  // namespace evotoken::programs
