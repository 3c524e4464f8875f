#include <gtest/gtest.h>

#include <map>

#include "base/files.h"
#include "base/hash.h"
#include "tasks/task.h"
#include "tests/support.h"

namespace evotoken::tasks {
namespace {

TEST(Prompt, SystemPromptsAreThePublishedBytes) {
  const auto spec = testing::shared_dir("spec");
  if (spec.empty()) GTEST_SKIP() << "no ../shared/spec";
  const auto prompts = read_json_file(spec / "prompts.json");
  EXPECT_GE(prompts.size(), 4U);
  for (const auto& [task, prompt] : prompts.items()) {
    EXPECT_EQ(find_task(task).system_prompt(), prompt.get<std::string>()) << task;
  }
}

TEST(Prompt, SystemPromptsHaveTheCommittedHashes) {
  const std::map<std::string, std::string> hashes = {
      {"countdown", "647e9d3d74bc372d00f260bd0abe44c7"},
      {"gsm8k", "61f5bef508b1617a4f67e29e435dc485"},
      {"math500", "d9f707b720517139eba83ca7953384f7"},
      {"svamp", "d9f707b720517139eba83ca7953384f7"}};
  for (const Task* task : all_tasks()) {
    const auto known = hashes.find(task->name());
    EXPECT_EQ(content_hash(task->system_prompt()), known == hashes.end() ? "none" : known->second)
        << task->name() << ": a prompt that is meant to be new goes into the table above";
  }
}

TEST(Prompt, ZeroShotIsSystemPromptBlankLineQuestion) {
  const Task& task = find_task("gsm8k");
  datasets::Sample sample;
  sample.question = "How many?";
  EXPECT_EQ(user_turn(task, sample), std::string(task.system_prompt()) + "\n\nHow many?");
  EXPECT_EQ(kPrefill, "<reasoning>");
}

TEST(Prompt, CountdownQuestion) {
  const Task& task = find_task("countdown");
  const std::string turn = user_turn(task, task.load({}).samples.at(0));
  EXPECT_TRUE(turn.ends_with("</answer>\n\nNumbers: [99, 32, 86]\nTarget: 19")) << turn;
}

TEST(Prompt, FewShotBlocks) {
  const Task& task = find_task("gsm8k");
  datasets::Sample sample;
  sample.question = "How many?";
  datasets::Sample first;
  first.question = "One and one?";
  first.answer = "1+1=<<1+1=2>>2\n#### 2";
  datasets::Sample second;
  second.question = "Two?";
  second.answer = "#### 2";
  EXPECT_EQ(user_turn(task, sample, {first, second}),
            std::string(task.system_prompt()) +
                "\n\n"
                "Question: One and one?\nAnswer:\n1+1=<<1+1=2>>2\n#### 2\n\n"
                "Question: Two?\nAnswer:\n#### 2\n\n"
                "Question: How many?\nAnswer:\n");
}

TEST(Prompt, ExampleAnswersOfEveryTask) {
  datasets::Sample sample;
  sample.id = "x/test/0";
  sample.answer = "5.0";
  sample.solution = "( 8.0 - 3.0 )";
  EXPECT_EQ(find_task("svamp").example_answer(sample), "( 8.0 - 3.0 ) = 5\n\\boxed{5}");
  sample.solution.clear();
  EXPECT_EQ(find_task("svamp").example_answer(sample), "\\boxed{5}");
  sample.answer = "\\frac{1}{2}";
  EXPECT_EQ(find_task("math500").example_answer(sample), "\\boxed{\\frac{1}{2}}");
  sample.solution = "Half, $\\boxed{\\frac{1}{2}}$.";
  EXPECT_EQ(find_task("math500").example_answer(sample), sample.solution);
  for (const Task* task : all_tasks()) {
    for (const datasets::Sample& example : task->load_examples({}).samples) {
      const std::string answer = task->example_answer(example);
      const bool ends_with_gold = answer.find("\\boxed{") != std::string::npos ||
                                  answer.find("\n#### ") != std::string::npos;
      EXPECT_TRUE(ends_with_gold) << example.id << ": " << answer;
    }
  }
}

}  // namespace
}  // namespace evotoken::tasks
