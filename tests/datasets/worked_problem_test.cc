#include "datasets/generator/worked_problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "datasets/countdown.h"
#include "datasets/gsm8k.h"
#include "datasets/math500.h"
#include "datasets/svamp.h"

namespace evotoken::datasets::generator {
namespace {

using ::testing::HasSubstr;

const std::vector<WorkedProblem>& problems() {
  static const std::vector<WorkedProblem> kProblems = make_worked_problems(2000, 9);
  return kProblems;
}

TEST(WorkedProblems, AreOfAllTasks) {
  std::map<std::string, int> per_task;
  for (const WorkedProblem& problem : problems()) {
    ++per_task[problem.task];
    EXPECT_FALSE(problem.reasoning.empty());
    EXPECT_FALSE(problem.answer.empty());
    EXPECT_EQ(problem.reasoning.find("<<"), std::string::npos) << "no calculator annotations";
    EXPECT_EQ(problem.reasoning.find("\\boxed"), std::string::npos);
  }
  for (const char* task : {"countdown", "gsm8k", "math500", "svamp"}) {
    EXPECT_GE(per_task[task], 390) << task;
  }
}

TEST(WorkedProblems, NeverAskWhatABuiltInSampleAsks) {
  // The seeds of the built-in samples: without the exclusion every one of them would come again.
  std::set<std::string> asked;
  for (const std::uint64_t seed : {1001U, 1002U, 1003U, 1004U}) {
    for (const WorkedProblem& problem : make_worked_problems(400, seed)) {
      asked.insert(problem.question);
    }
  }
  for (const Dataset& dataset :
       {builtin_countdown(), builtin_gsm8k(), builtin_math500(), builtin_svamp()}) {
    for (const Sample& sample : dataset.samples) EXPECT_EQ(asked.count(sample.question), 0U);
  }
}

TEST(WorkedProblems, AreAFunctionOfTheSeed) {
  const auto again = make_worked_problems(2000, 9);
  ASSERT_EQ(again.size(), problems().size());
  for (std::size_t i = 0; i < again.size(); ++i)
    EXPECT_EQ(again[i].question, problems()[i].question);
  EXPECT_NE(make_worked_problems(10, 10)[0].question, problems()[0].question);
}

TEST(WorkedProblems, ReasoningReachesTheAnswer) {
  for (const WorkedProblem& problem : problems()) {
    if (problem.task == "countdown") {
      const std::string target = problem.question.substr(problem.question.find("Target: ") + 8);
      EXPECT_THAT(problem.reasoning, HasSubstr("= " + target + ".")) << problem.question;
    } else {
      EXPECT_THAT(problem.reasoning, HasSubstr(problem.answer)) << problem.question;
    }
  }
}

TEST(HeldOutProblems, AreDistinctRowsThatTrainingNeverHas) {
  std::set<std::string> trained;
  for (const WorkedProblem& problem : make_worked_problems(4000, 3))
    trained.insert(problem.question);
  std::set<std::string> seen;
  const Rows rows = make_held_out("svamp", 200, 3);
  ASSERT_EQ(rows.size(), 200U);
  for (const auto& row : rows) {
    const std::string question =
        row.at("Body").get<std::string>() + row.at("Question").get<std::string>();
    EXPECT_TRUE(seen.insert(question).second) << question;
    EXPECT_EQ(trained.count(question), 0U) << question;
  }
  EXPECT_EQ(rows, make_held_out("svamp", 200, 3));
}

}  // namespace
}  // namespace evotoken::datasets::generator
