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

TEST(WorkedProblems, AreOfAllTasksAndNoneIsAskedTwice) {
  std::map<std::string, int> per_task;
  std::set<std::string> questions;
  for (const WorkedProblem& problem : problems()) {
    ++per_task[problem.task];
    EXPECT_TRUE(questions.insert(problem.question).second) << problem.question;
    EXPECT_FALSE(problem.reasoning.empty());
    EXPECT_FALSE(problem.answer.empty());
    EXPECT_EQ(problem.reasoning.find("<<"), std::string::npos) << "no calculator annotations";
    EXPECT_EQ(problem.reasoning.find("\\boxed"), std::string::npos);
  }
  for (const char* task : {"countdown", "gsm8k", "math500", "svamp"}) {
    EXPECT_GT(per_task[task], 400) << task;
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

std::string joined(const Parts& parts) {
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

TEST(Parts, AskForResultsOnly) {
  const WorkedProblem problem{"gsm8k", "q", "It is 2*4=8 and $8+28=$36 now.\nSo 36-40=-4.", "-4"};
  EXPECT_EQ(ask_results(problem),
            (Parts{"<reasoning>It is 2*4=", "8", " and $8+28=$", "36", " now.\nSo 36-40=", "-4",
                   ".</reasoning>\n<answer>\\boxed{", "-4", "}</answer>"}));
  for (const WorkedProblem& any : problems()) {
    EXPECT_EQ(joined(ask_results(any)), "<reasoning>" + any.reasoning +
                                            "</reasoning>\n<answer>\\boxed{" + any.answer +
                                            "}</answer>");
  }
}

TEST(Parts, OfEquationLinesAreEquations) {
  const auto lines = make_equation_lines(
      {{"gsm8k", "q", "Each gets 12/4=3 pieces.\nThat is 3*1.5=$4.5 in all.", "4.5"},
       {"svamp", "q", "9 - 4 = 5. 5 + 2 = 7.", "7"},
       {"math500", "q", "so $x = 5$ and $3 + 4 = 7$", "5"}},
      2);
  ASSERT_EQ(lines.size(), 2U) << "five equations, the last one left over; $x = 5$ is none";
  EXPECT_EQ(lines[0], (Parts{"12/4=", "3", "\n3*1.5=$", "4.5", "\n"}));
  EXPECT_EQ(lines[1], (Parts{"9 - 4 = ", "5", "\n5 + 2 = ", "7", "\n"}));
}

}  // namespace
}  // namespace evotoken::datasets::generator
