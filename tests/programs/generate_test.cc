// evotoken-generate as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/tokenizer/tokenizer.h"
#include "tests/programs/run_program.h"

namespace evotoken {
namespace {

using ::testing::HasSubstr;
using testing::Outcome;
using testing::Workplace;

std::string generate_toy(const std::string& more) {
  return "evotoken-generate --model_path " +
         (testing::golden_dir() / "models" / "toy-mha").string() + " --dtype float32 " + more;
}

TEST(Generate, ReproducesAGoldenDecodeWithItsTrace) {
  const auto golden = read_json_file(testing::golden_dir() / "decode" / "toy-mha" / "default.json");
  std::string ids;
  for (const auto& id : golden["prompt_ids"]) ids += (ids.empty() ? "" : ",") + id.dump();
  const Workplace workplace;
  const Outcome outcome = workplace.run(generate_toy(
      "--gen_length 64 --block_length 32 --diffusion_steps 32 --alpha_soft_mask 0.7 --prompt_ids " +
      ids + " --trace trace.jsonl --json -"));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto json = outcome.json();
  EXPECT_EQ(json["output_ids"], golden["output_ids"]);
  EXPECT_EQ(json["text"], golden["output_text"]);
  EXPECT_EQ(json["nfe"], golden["nfe"]);
  EXPECT_GT(json["tokens_per_second"].get<double>(), 0);
  std::size_t steps = 0;
  for_each_line(workplace.path() / "trace.jsonl", [&](std::string_view line, std::size_t n) {
    const auto step = parse_json(line, "trace:" + std::to_string(n));
    EXPECT_EQ(step["chosen"], golden["steps_trace"][steps]["chosen"]);
    EXPECT_EQ(step["x"], golden["steps_trace"][steps]["x"]);
    ++steps;
  });
  EXPECT_EQ(steps, golden["steps_trace"].size());
}

TEST(Generate, TextGoesThroughTheChatTemplate) {
  const Workplace workplace;
  const Outcome outcome = workplace.run(generate_toy("--gen_length 32 --prompt 'Hello' --json -"));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto ids = outcome.json()["prompt_ids"];
  EXPECT_EQ(ids[0], 2042) << "<|startoftext|>";
  EXPECT_EQ(outcome.json()["output_ids"].size(), 32U);
}

TEST(Generate, AQuestionOfATaskIsPutInItsPrompt) {
  const Workplace workplace;
  const Outcome outcome = workplace.run(
      generate_toy("--gen_length 32 --task gsm8k --prompt 'How many?' --json out.json"));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto ids = read_json_file(workplace.path() / "out.json")["prompt_ids"];
  const auto tokenizer = tokenizer::Tokenizer::load(testing::golden_dir() / "models" / "toy-mha");
  const std::string prompt = tokenizer.decode(ids.get<std::vector<TokenId>>());
  EXPECT_THAT(prompt, HasSubstr("You are a math expert."));
  EXPECT_THAT(prompt, HasSubstr("\n\nHow many?"));
  EXPECT_THAT(prompt, ::testing::EndsWith("<reasoning>"));
}

TEST(Generate, EndTokensThatFillTheRestAreNotShown) {
  const Workplace workplace;
  const Outcome outcome = workplace.run(
      "evotoken-generate --task gsm8k --gen_length 64 --json out.json --prompt 'Kavya earns $12 an "
      "hour in the harbour cafe. Yesterday Kavya worked 5 hours and got $14 in tips. How many "
      "dollars was that?'");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto json = read_json_file(workplace.path() / "out.json");
  EXPECT_THAT(json["text"].get<std::string>(), ::testing::EndsWith("<|endoftext|>"));
  EXPECT_THAT(outcome.out, ::testing::Not(HasSubstr("<|endoftext|>")));
  EXPECT_THAT(json["text"].get<std::string>(),
              ::testing::StartsWith(outcome.out.substr(0, outcome.out.size() - 1)));
}

TEST(Generate, MistakesAreNamedWithTheRightStatus) {
  const Workplace workplace;
  const std::vector<std::tuple<std::string, int, std::string>> mistakes = {
      {"", 2, "either --prompt TEXT or --prompt_ids"},
      {"--prompt a --prompt_ids 1", 2, "either --prompt TEXT or --prompt_ids"},
      {"--prompt_ids 1,x", 2, "--prompt_ids: \"x\""},
      {"--prompt_ids 99999", 2, "expected ids from 0 to 2047"},
      {"--prompt a --task sudoku", 2, "task: \"sudoku\" is unknown"},
      {"--prompt_ids 1 --task gsm8k", 2, "given without --prompt"},
      {"--prompt a --alpha_soft_mask 0.5,0.7", 2, "2 combinations"},
      {"--prompt a --k_soft 2048", 2, "--k_soft: 2048"},
      {"--prompt a --gen_length 1024", 2, "the model takes at most 1024"},
      {"--prompt a --device cpu --cuda_graphs", 2, "--cuda_graphs: the device is the CPU"},
      {"--prompt a --trace /proc/none/x", 4, "cannot be written"},
  };
  for (const auto& [arguments, status, message] : mistakes) {
    const Outcome outcome = workplace.run(generate_toy(arguments));
    EXPECT_EQ(outcome.status, status) << arguments << "\n" << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(message)) << arguments;
  }
}

}  // namespace
}  // namespace evotoken
