// evotoken-score on the files of lm-eval (samples_*.jsonl).
#include <gtest/gtest.h>

#include "tests/programs/run_program.h"

namespace evotoken {
namespace {

class ScoreLmEval : public ::testing::Test {
 protected:
  testing::Outcome run(const std::string& arguments) {
    return place_.run("evotoken-score " + arguments);
  }
  void write(const std::string& name, const std::string& content) {
    write_file_atomically(place_.path() / name, content);
  }

 private:
  testing::Workplace place_;
};

TEST_F(ScoreLmEval, LmEvalSamples) {
  write("out/samples_gsm8k_cot_2025-01-31T13-45-07.123456.jsonl",
        R"({"doc_id":0,"doc":{"question":"q","answer":"x\n#### 1,234"},"target":"y","arguments":)"
        R"({"gen_args_0":{"arg_0":"p"}},"resps":[["\\boxed{1234}"]],"filter":"strict-match"})"
        "\n"
        R"({"doc_id":0,"doc":{"question":"q","answer":"x\n#### 1,234"},"target":"y","arguments":)"
        R"({"gen_args_0":{"arg_0":"p"}},"resps":[["\\boxed{1234}"]],"filter":"flexible"})"
        "\n"
        R"({"doc_id":1,"doc":{"question":"r"},"target":"-5","filtered_resps":["\\boxed{-5}"],)"
        R"("filter":"strict-match"})"
        "\n"
        R"({"doc_id":2,"doc":{"question":"s"},"target":"7","resps":[["<answer>7</answer>"]],)"
        R"("filter":"strict-match"})");
  const testing::Outcome outcome = run("out --json -");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const auto json = outcome.json();
  const auto& items = json["files"][0]["items"];
  ASSERT_EQ(items.size(), 3U);  // a sample counts once, whatever the number of filters
  EXPECT_EQ(items[0]["reference"]["correct"], true);
  EXPECT_EQ(items[1]["reference"]["correct"], false);  // negative golds are lost, as published
  EXPECT_EQ(items[2]["reference"]["correct"], true);
  EXPECT_EQ(json["summary"][0]["setup"], "gsm8k_cot");
  EXPECT_EQ(json["summary"][0]["no_gold"], 1);
}

TEST_F(ScoreLmEval, LmEvalSamplesOfTheOtherTasks) {
  write(
      "samples_minerva_math500_2025-01-31T13-45-07.1.jsonl",
      R"({"doc":{"problem":"p","answer":"\\frac{1}{2}"},"target":"0","resps":[["\\boxed{\\frac12}"]]})");
  write(
      "samples_svamp_2025-01-31T13-45-07.1.jsonl",
      R"({"doc":{"Body":"b","Question":"q","Answer":51.0},"target":"","resps":[["\\boxed{51}"]]})");
  write(
      "samples_countdown_2025-01-31T13-45-07.1.jsonl",
      R"({"doc":{"input":"30,100,93","output":"23"},"target":"","resps":[["\\boxed{30+93-100}"]]})"
      "\n"
      R"({"doc":{"nums":[1,2],"target":3},"target":"","resps":[["\\boxed{1+2}"]]})"
      "\n"
      R"({"doc":{"nums":[1,"x"],"target":3},"target":"","resps":[["\\boxed{1+2}"]]})");
  const auto json = run(". --json -").json();
  ASSERT_EQ(json["summary"].size(), 3U);
  EXPECT_EQ(json["summary"][0]["task"], "countdown");
  EXPECT_EQ(json["summary"][0]["reference"]["correct"], 2);
  EXPECT_EQ(json["summary"][0]["failed"], 1);
  EXPECT_EQ(json["summary"][1]["reference"]["correct"], 1);
  EXPECT_EQ(json["summary"][2]["reference"]["correct"], 1);
}

}  // namespace
}  // namespace evotoken
