#include "reports/run_figures.h"

#include <gtest/gtest.h>

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

AccuracyTable table_of(const char* directory, const char* setup) {
  AccuracyTable table;
  table.cells.emplace_back();
  table.cells[0].directory = directory;
  table.cells[0].setup = setup;
  table.cells[0].reference = {5, 10};
  return table;
}

TEST(RunFigures, FillInWhatTheTableLacks) {
  const Json results = Json::parse(R"({"cells": [{"setup": "a"}, {"setup": "gsm8k_128_64",
      "tokens_per_second": 20.5, "nfe_mean": "many", "decode_time_s": 4, "energy_j": null,
      "latency_s": {"p50": 1, "p95": 2, "p99": 3}}]})");
  AccuracyTable table = table_of("out", "gsm8k_128_64");
  table.cells[0].tokens_per_pass = 2;
  add_figures_of_runs({{"elsewhere", results}, {"out", results}}, table);
  const AccuracyCell& cell = table.cells[0];
  EXPECT_EQ(cell.tokens_per_second, 20.5);
  EXPECT_EQ(cell.nfe_mean, std::nullopt) << "no number";
  EXPECT_EQ(cell.energy_j, std::nullopt);
  EXPECT_EQ(cell.tokens_per_pass, 2) << "known already";
  EXPECT_EQ(cell.latency_s->p95, 2);
  EXPECT_EQ(cell.answers_per_second, 2.5) << "from the time and the items";
}

TEST(RunFigures, EarlierRunsOfTheFolderCount) {
  const Json results = Json::parse(R"({"cells": [], "earlier": [{"cells": [{"setup": "svamp_8_4",
      "nfe_mean": 4}]}]})");
  AccuracyTable table = table_of("out", "svamp_8_4");
  add_figures_of_runs({{"out", results}}, table);
  EXPECT_EQ(table.cells[0].nfe_mean, 4);
}

TEST(RunFigures, FilesOfAnotherFormAreLeftOut) {
  for (const char* text : {"[]", "{}", R"({"cells": 1})", R"({"cells": [1, {"setup": 2}]})",
                           R"({"earlier": [1, {"cells": {}}]})"}) {
    AccuracyTable table = table_of("out", "svamp_8_4");
    add_figures_of_runs({{"out", Json::parse(text)}}, table);
    EXPECT_EQ(table.cells[0].nfe_mean, std::nullopt) << text;
  }
}

}  // namespace
}  // namespace evotoken::reports
