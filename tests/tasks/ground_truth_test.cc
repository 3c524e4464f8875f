#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "base/error.h"
#include "base/files.h"
#include "tasks/task.h"
#include "tests/support.h"

namespace evotoken::tasks {
namespace {

datasets::Sample with_answer(const std::string& answer) {
  datasets::Sample sample;
  sample.id = "some/test/3";
  sample.answer = answer;
  return sample;
}

std::string gold_json(const char* task, const std::string& answer) {
  return find_task(task).ground_truth(with_answer(answer)).dump();
}

// As Python's json.dump writes float(...).
TEST(GroundTruth, Gsm8kIsAFloatOrNull) {
  EXPECT_EQ(gold_json("gsm8k", "a\n#### 18"), "18.0");
  EXPECT_EQ(gold_json("gsm8k", "#### 1,450,000"), "1450000.0");
  EXPECT_EQ(gold_json("gsm8k", "#### $2.50"), "2.5");
  EXPECT_EQ(gold_json("gsm8k", "####7"), "7.0");
  EXPECT_EQ(gold_json("gsm8k", "##### 7"), "7.0");
  EXPECT_EQ(gold_json("gsm8k", "#### ,.5"), "0.5");
  EXPECT_EQ(gold_json("gsm8k", "#### 5 and #### 6"), "5.0");
  EXPECT_EQ(gold_json("gsm8k", "#### -10"), "null");
  EXPECT_EQ(gold_json("gsm8k", "no mark 7"), "null");
  EXPECT_EQ(gold_json("gsm8k", "#### ,"), "null");
}

TEST(GroundTruth, SvampIsAFloat) {
  EXPECT_EQ(gold_json("svamp", "51.0"), "51.0");
  EXPECT_EQ(gold_json("svamp", "145"), "145.0");
  EXPECT_EQ(gold_json("svamp", "-2.5"), "-2.5");
  EXPECT_THROW(gold_json("svamp", "five"), DataError);
  try {
    gold_json("svamp", "1e999");
    FAIL();
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(),
                 "some/test/3: the gold is \"1e999\", expected a number; fetch the data again");
  }
}

TEST(GroundTruth, Math500IsTheAnswersText) {
  EXPECT_EQ(gold_json("math500", "\\frac{1}{2}"), R"("\\frac{1}{2}")");
}

TEST(GroundTruth, CountdownIsNumbersAndTarget) {
  datasets::Sample sample = with_answer("23");
  sample.numbers = {30, 100, 93};
  EXPECT_EQ(find_task("countdown").ground_truth(sample).dump(), "[[30,100,93],23]");
  sample.numbers = {7};
  EXPECT_EQ(find_task("countdown").ground_truth(sample).dump(), "[[7],23]");
  sample.answer = "2.5";
  EXPECT_THROW(find_task("countdown").ground_truth(sample), DataError);
}

TEST(GroundTruth, EveryBuiltinSampleHasOne) {
  for (const Task* task : all_tasks()) {
    int nulls = 0;
    for (const datasets::Sample& sample : task->load({}).samples) {
      if (task->ground_truth(sample).is_null()) ++nulls;
    }
    // One written GSM8K problem has a negative gold, to show what becomes of those.
    EXPECT_EQ(nulls, task->name() == "gsm8k" ? 1 : 0) << task->name();
  }
}

TEST(GroundTruth, ABuiltinGoldInABoxIsCorrect) {
  for (const Task* task : all_tasks()) {
    if (task->name() == "countdown") continue;  // the answer is an expression, not the target
    for (const datasets::Sample& sample : task->load({}).samples) {
      const auto gold = task->ground_truth(sample);
      if (gold.is_null()) continue;
      const std::string text = gold.is_string() ? gold.get<std::string>() : gold.dump();
      EXPECT_TRUE(task->grade_reference(fmt::format("\\boxed{{{}}}", text), gold).correct)
          << sample.id;
      EXPECT_FALSE(task->grade_reference("\\boxed{-987654}", gold).correct) << sample.id;
    }
  }
}

TEST(GroundTruth, CountdownExamplesAreCorrect) {
  const Task& task = find_task("countdown");
  for (const datasets::Sample& example : task.load_examples({}).samples) {
    EXPECT_TRUE(
        task.grade_reference(task.example_answer(example), task.ground_truth(example)).correct)
        << example.solution;
  }
}

class PublishedGoldsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = testing::shared_dir("datasets");
    if (dir_.empty()) GTEST_SKIP() << "no ../shared/datasets";
  }
  std::filesystem::path dir_;
};

TEST_F(PublishedGoldsTest, Gsm8kLosesItsTwoNegativeGolds) {
  const Task& task = find_task("gsm8k");
  const datasets::Dataset test = task.load(dir_);
  ASSERT_EQ(test.samples.size(), 1319);
  for (const datasets::Sample& sample : test.samples) {
    EXPECT_EQ(task.ground_truth(sample).is_null(), sample.index == 489 || sample.index == 1113)
        << sample.id;
  }
  EXPECT_EQ(task.ground_truth(test.samples[0]).dump(), "18.0");
  EXPECT_EQ(task.load_examples(dir_).samples.size(), 7473);
}

TEST_F(PublishedGoldsTest, TheOtherTasks) {
  EXPECT_EQ(find_task("svamp").load(dir_).split, "all 1000");
  EXPECT_EQ(find_task("svamp").load_examples(dir_).split, "builtin-examples");
  const Task& countdown = find_task("countdown");
  EXPECT_EQ(countdown.ground_truth(countdown.load(dir_).samples.at(0)).dump(), "[[30,100,93],23]");
  const Task& math500 = find_task("math");
  EXPECT_EQ(math500.ground_truth(math500.load(dir_).samples.at(1)), "p - q");
  EXPECT_EQ(math500.load_examples(dir_).split, "builtin-examples");
}

// Real published files: our golds are the golds they hold.
TEST_F(PublishedGoldsTest, AgreeWithPublishedGenerations) {
  const auto outputs = testing::shared_dir("llada_outputs");
  if (outputs.empty()) GTEST_SKIP() << "no ../shared/llada_outputs";
  std::size_t compared = 0;
  for (const char* published : {"countdown", "gsm8k", "math500", "svamp"}) {
    const Task* const task = &find_task(published);
    std::map<std::string, nlohmann::ordered_json> golds;
    for (const datasets::Sample& sample : task->load(dir_).samples) {
      golds[sample.question] = task->ground_truth(sample);
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(outputs)) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with("_generations.json")) continue;
      if (name.substr(0, name.find('_')) != task->name() &&
          !(task->name() == "math500" && name.starts_with("math_"))) {
        continue;
      }
      const auto file = read_json_file(entry.path());
      for (const auto& item : file["generations"]) {
        const auto gold = golds.find(item["question"].get<std::string>());
        ASSERT_NE(gold, golds.end()) << name << ": " << item["question"];
        EXPECT_EQ(gold->second.dump(), item["ground_truth"].dump()) << name;
        ++compared;
      }
    }
  }
  EXPECT_GE(compared, 3772);
}

}  // namespace
}  // namespace evotoken::tasks
