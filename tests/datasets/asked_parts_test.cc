#include "datasets/generator/asked_parts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace evotoken::datasets::generator {
namespace {

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
  for (const WorkedProblem& any : make_worked_problems(500, 9)) {
    EXPECT_EQ(joined(ask_results(any)), "<reasoning>" + any.reasoning +
                                            "</reasoning>\n<answer>\\boxed{" + any.answer +
                                            "}</answer>");
  }
}

TEST(Parts, AskForTheRestFromAnyPlaceOn) {
  const WorkedProblem problem{"svamp", "q", "9 - 4 = 5.", "5"};
  const std::string whole = "<reasoning>9 - 4 = 5.</reasoning>\n<answer>\\boxed{5}</answer>";
  Random random(3);
  std::set<std::string> begun;
  for (int i = 0; i < 200; ++i) {
    const Parts parts = ask_rest(problem, random);
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(joined(parts), whole);
    EXPECT_FALSE(parts[1].empty());
    begun.insert(parts[0]);
  }
  EXPECT_TRUE(begun.contains("<reasoning>")) << "all of it";
  EXPECT_TRUE(begun.contains("<reasoning>9")) << "what stands between digits";
  EXPECT_TRUE(begun.contains("<reasoning>9 - 4 = ")) << "the result";
}

TEST(Parts, AskForNumbersAmongWordsThatStand) {
  const WorkedProblem problem{"math500", "q", "It is $-7 + 1 = -6$ (so). 4 - 1 = 3.", "(-6)^2"};
  const Parts all = {"<reasoning>It is $",
                     "-7 + 1",
                     " = ",
                     "-6",
                     "$ (so). ",
                     "4 - 1",
                     " = ",
                     "3",
                     ".</reasoning>\n<answer>\\boxed{",
                     "(-6)",
                     "^",
                     "2",
                     "}</answer>",
                     ""};
  Random random(3);
  std::set<std::size_t> sizes;
  bool all_asked = false;
  for (int i = 0; i < 400; ++i) {
    const Parts parts = ask_numbers(problem, random);
    EXPECT_EQ(joined(parts), joined(all));
    EXPECT_TRUE(parts.back().empty()) << "what follows the end is asked as well";
    for (std::size_t p = 1; p < parts.size() - 1; p += 2) {
      EXPECT_NE(std::find(all.begin(), all.end(), parts[p]), all.end()) << parts[p];
    }
    sizes.insert(parts.size());
    all_asked = all_asked || parts == all;
  }
  EXPECT_TRUE(all_asked);
  EXPECT_EQ(*sizes.begin(), 4U) << "one number and the end";
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
