#include "reports/results_json.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "base/files.h"
#include "reports/build_info.h"
#include "tests/support.h"

namespace evotoken::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(ResultsJson, HoldsProvenanceAndCells) {
  RunProvenance run;
  run.program = "evotoken-eval";
  run.command_line = {"evotoken-eval", "--task", "gsm8k"};
  run.flags["temperature"] = 0.5;
  run.seeds = {42};
  run.model_hashes["model.safetensors"] = "00ff";
  run.libtorch_version = "2.5.1";
  run.started_at = std::chrono::system_clock::from_time_t(1700000000);
  AccuracyCell cell;
  cell.setup = "gsm8k_128_64";
  cell.expected_items = 8;
  const testing::TemporaryDir dir;
  write_results(dir.path() / kResultsFilename, run, {cell, AccuracyCell{}});

  const auto json = read_json_file(dir.path() / kResultsFilename);
  const auto& provenance = json["provenance"];
  EXPECT_EQ(provenance["program"], "evotoken-eval");
  EXPECT_EQ(provenance["version"], build_info().version);
  EXPECT_EQ(provenance["git_commit"], build_info().git_commit);
  EXPECT_EQ(provenance["flags"]["temperature"], 0.5);
  EXPECT_EQ(provenance["seeds"][0], 42);
  EXPECT_EQ(provenance["hashes"]["model"]["model.safetensors"], "00ff");
  EXPECT_TRUE(provenance["hashes"]["data"].empty());
  EXPECT_EQ(provenance["started_at"], "2023-11-14T22:13:20Z");
  EXPECT_TRUE(provenance["finished_at"].is_null());
  EXPECT_TRUE(provenance["device"].is_null());
  EXPECT_EQ(json["cells"][0]["setup"], "gsm8k_128_64");
  EXPECT_THAT(read_expected_items(dir.path() / kResultsFilename),
              ElementsAre(Pair("gsm8k_128_64", 8)));
}

TEST(ResultsJson, BytesThatAreNotUtf8DoNotCostTheResults) {
  RunProvenance run;
  run.command_line = {"\xff"};
  const testing::TemporaryDir dir;
  write_results(dir.path() / "r.json", run, {});
  EXPECT_EQ(read_json_file(dir.path() / "r.json")["provenance"]["command_line"][0], "\uFFFD");
}

TEST(ResultsJson, RefusesOtherFiles) {
  const testing::TemporaryDir dir;
  const auto path = dir.path() / kResultsFilename;
  write_file_atomically(path, "[]");
  EXPECT_THROW(read_expected_items(path), DataError);
  write_file_atomically(path, R"({"cells": [1, {"setup": 2}, {"setup": "a"}]})");
  EXPECT_TRUE(read_expected_items(path).empty());
}

TEST(BuildInfo, IsFilledIn) {
  EXPECT_FALSE(build_info().version.empty());
  EXPECT_FALSE(build_info().git_commit.empty());
  EXPECT_FALSE(build_info().compiler.empty());
}

}  // namespace
}  // namespace evotoken::reports
