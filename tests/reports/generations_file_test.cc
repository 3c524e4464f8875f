#include "reports/generations_file.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "base/files.h"
#include "reports/result_files.h"
#include "tests/support.h"

namespace evotoken::reports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string message_of(const std::string& body) {
  try {
    parse_generations(body, "f.json");
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(GenerationsFile, RoundTripsThePublishedBody) {
  GenerationsFile file;
  file.items.push_back({"Numbers: [1, 2]\nTarget: 3", "<user>…", "\\boxed{1+2}<|eot_id|>",
                        nlohmann::ordered_json::parse("[[1, 2], 3]")});
  file.items.push_back({"q", std::nullopt, "", nullptr});
  file.wall_time_s = 1.5;
  file.total_processed = 2;
  file.model_path = "builtin";
  file.checkpoint_path = "";
  file.gen_length = 128;
  file.diffusion_steps = 64;
  file.block_length = 32;
  const testing::TemporaryDir dir;
  const auto path = dir.path() / "below" / "countdown_128_64_0_generations.json";
  write_generations(path, file);

  EXPECT_EQ(read_file(path), R"({
  "generations": [
    {
      "question": "Numbers: [1, 2]\nTarget: 3",
      "prompt_input": "<user>\u2026",
      "generations": "\\boxed{1+2}<|eot_id|>",
      "ground_truth": [
        [
          1,
          2
        ],
        3
      ]
    },
    {
      "question": "q",
      "generations": "",
      "ground_truth": null
    }
  ],
  "metrics": {
    "wall_time": 1.5,
    "total_processed": 2
  },
  "model_path": "builtin",
  "checkpoint_path": "",
  "gen_length": 128,
  "diffusion_steps": 64,
  "block_length": 32
})");
  const GenerationsFile again = read_generations(path);
  ASSERT_EQ(again.items.size(), 2U);
  EXPECT_EQ(again.items[0].question, file.items[0].question);
  EXPECT_EQ(again.items[0].prompt_input, file.items[0].prompt_input);
  EXPECT_EQ(again.items[0].generations, file.items[0].generations);
  EXPECT_EQ(again.items[0].ground_truth, file.items[0].ground_truth);
  EXPECT_EQ(again.items[1].prompt_input, std::nullopt);
  EXPECT_TRUE(again.items[1].ground_truth.is_null());
  EXPECT_EQ(again.wall_time_s, 1.5);
  EXPECT_EQ(again.total_processed, 2);
  EXPECT_EQ(again.checkpoint_path, "");
  EXPECT_EQ(again.block_length, 32);
}

TEST(GenerationsFile, AbsentFieldsStayAbsent) {
  const GenerationsFile file = parse_generations(R"({"generations": []})", "f.json");
  EXPECT_EQ(file.wall_time_s, std::nullopt);
  EXPECT_EQ(file.total_processed, std::nullopt);
  EXPECT_EQ(file.gen_length, std::nullopt);
  EXPECT_EQ(file.model_path, std::nullopt);
  const testing::TemporaryDir dir;
  write_generations(dir.path() / "f.json", file);
  EXPECT_EQ(read_file(dir.path() / "f.json"), "{\n  \"generations\": []\n}");
}

TEST(GenerationsFile, SaysWhichFileAndItemIsAtFault) {
  EXPECT_THAT(message_of("[]"), HasSubstr("f.json: is a array"));
  EXPECT_THAT(message_of(R"({"items": []})"),
              HasSubstr("f.json: field \"generations\" missing (found: items)"));
  EXPECT_THAT(message_of(R"({"generations": 1})"), HasSubstr("is not a list"));
  EXPECT_THAT(message_of(R"({"generations": [{"generations": "", "ground_truth": 1}, 7]})"),
              HasSubstr("f.json: item 1: is a number"));
  EXPECT_THAT(message_of(R"({"generations": [{"question": "q", "ground_truth": 1}]})"),
              HasSubstr("item 0: field \"generations\" missing (found: question, ground_truth)"));
  EXPECT_THAT(message_of(R"({"generations": [{"generations": "x"}]})"),
              HasSubstr("item 0: field \"ground_truth\" missing"));
  EXPECT_THAT(message_of(R"({"generations": [], "gen_length": "128"})"),
              HasSubstr("field \"gen_length\" is \"128\", expected a whole number"));
  EXPECT_THAT(message_of(R"({"generations": [], "metrics": 3})"), HasSubstr("\"metrics\""));
  EXPECT_THROW(read_generations("/nonexistent/f.json"), DataError);
}

TEST(GenerationsFile, ListsBadItemsInsteadWhereAsked) {
  std::vector<ItemFault> faults;
  const GenerationsFile file = parse_generations(
      R"({"generations": [{"generations": "a", "ground_truth": 1}, 7,
                          {"question": "q", "ground_truth": 1}]})",
      "f.json", &faults);
  ASSERT_EQ(file.items.size(), 3U);
  EXPECT_EQ(file.items[0].generations, "a");
  EXPECT_EQ(file.items[2].question, "q");
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].index, 1U);
  EXPECT_EQ(faults[1].index, 2U);
  EXPECT_THAT(faults[1].reason, HasSubstr("\"generations\" missing"));
}

TEST(GenerationsName, FollowsThePublishedRule) {
  const auto name = parse_generations_name("gsm8k_instruct_128_64_10_generations.json");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->setup, "gsm8k_instruct_128_64");
  EXPECT_EQ(name->task, "gsm8k");
  EXPECT_EQ(name->subject, "gsm8k_instruct");
  EXPECT_EQ(name->gen_length, 128);
  EXPECT_EQ(name->steps, 64);
  EXPECT_EQ(name->rank, 10);
  EXPECT_EQ(generations_filename(name->setup, 10), "gsm8k_instruct_128_64_10_generations.json");
}

TEST(GenerationsName, LeavesOutWhatTheNameDoesNotSay) {
  EXPECT_FALSE(parse_generations_name("results.json"));
  EXPECT_FALSE(parse_generations_name("_generations.json"));
  const auto bare = parse_generations_name("math_generations.json");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->setup, "math");
  EXPECT_EQ(bare->subject, "math");
  EXPECT_EQ(bare->rank, std::nullopt);
  EXPECT_EQ(bare->gen_length, std::nullopt);
  const auto one = parse_generations_name("svamp_128_3_generations.json");
  EXPECT_EQ(one->setup, "svamp_128");
  EXPECT_EQ(one->subject, "svamp_128") << "one number is not a length with steps";
  EXPECT_EQ(one->gen_length, std::nullopt);
  const auto huge = parse_generations_name("svamp_99999999999999999999_generations.json");
  EXPECT_EQ(huge->setup, "svamp_99999999999999999999");
  EXPECT_EQ(huge->rank, std::nullopt);
}

TEST(GenerationsName, TakesTheFirstTaskOfThePublishedOrder) {
  const std::vector<std::string> tasks = {task_of_name("mathgsm"), task_of_name("math_svamp"),
                                          task_of_name("countdown_math"),
                                          task_of_name("x_countdown"), task_of_name("sudoku")};
  EXPECT_THAT(tasks, ElementsAre("gsm8k", "svamp", "math500", "countdown", ""));
}

TEST(GenerationsFile, WritesRealFilesBackByteForByte) {
  const auto folder = testing::shared_dir("llada_outputs");
  if (folder.empty()) GTEST_SKIP() << "no shared/llada_outputs beside the checkout";
  const testing::TemporaryDir dir;
  const auto files = find_result_files(folder).files;
  EXPECT_EQ(files.size(), 41U);
  for (const auto& path : files) {
    const auto copy = dir.path() / path.filename();
    write_generations(copy, read_generations(path));
    EXPECT_TRUE(read_file(copy) == read_file(path)) << path;
  }
}

}  // namespace
}  // namespace evotoken::reports
