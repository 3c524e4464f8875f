#include "reports/speed_report.h"

#include <gmock/gmock.h>

namespace evotoken::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

AccuracyCell cell(const char* task, std::int64_t correct, std::optional<double> speed) {
  AccuracyCell made;
  made.directory = "out/eval_hard_mask";
  made.setup = std::string(task) + "_128_64";
  made.task = task;
  made.gen_length = 128;
  made.steps = 64;
  made.reference = {correct, 10};
  made.tokens_per_second_to_eos = speed;
  return made;
}

TEST(SpeedReport, TheFrontHoldsWhatNoOtherBeatsInBoth) {
  EXPECT_THAT(on_front({cell("gsm8k", 5, 10.0), cell("gsm8k", 4, 20.0), cell("gsm8k", 4, 15.0),
                        cell("gsm8k", 3, 20.0), cell("svamp", 1, 1.0), cell("gsm8k", 9, {})}),
              ElementsAre(true, true, false, false, true, false));
  EXPECT_THAT(on_front({cell("gsm8k", 5, 10.0), cell("gsm8k", 5, 10.0)}), ElementsAre(true, true))
      << "equals do not beat each other";
  AccuracyCell of_more_items = cell("gsm8k", 90, 20.0);
  of_more_items.reference.processed = 100;
  EXPECT_THAT(on_front({cell("gsm8k", 5, 10.0), of_more_items}), ElementsAre(true, true))
      << "other items";
}

TEST(SpeedReport, ShowsTheFiguresThatAreKnown) {
  AccuracyTable table;
  table.cells = {cell("gsm8k", 5, 10.25), cell("svamp", 1, {})};
  table.cells[0].answers_per_second = 0.0625;
  table.cells[0].latency_s = Percentiles{0.5, 1.5, 2.0};
  const std::string text = speed_text(table);
  EXPECT_THAT(text, HasSubstr("tok/s to EOS  answers/s  p50 ms  p95 ms  p99 ms  front"));
  EXPECT_THAT(text, HasSubstr("50.00          10.2     0.0625     500    1500    2000  *"));
  EXPECT_THAT(text, Not(HasSubstr("energy"))) << "no cell has it";
  EXPECT_THAT(speed_markdown(table), HasSubstr("| svamp |"));
}

TEST(SpeedReport, IsEmptyWithoutFigures) {
  AccuracyTable table;
  table.cells = {cell("gsm8k", 5, {})};
  EXPECT_EQ(speed_text(table), "");
  EXPECT_EQ(speed_markdown(table), "");
}

}  // namespace
}  // namespace evotoken::reports
