#include "training/question_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "tests/support.h"

namespace evotoken::training {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<QuestionAnswer> read(const std::string& text, const char* name = "data.jsonl") {
  const testing::TemporaryDir dir;
  write_file_atomically(dir.path() / name, text);
  return read_training_file(dir.path() / name);
}

std::string error_of(const std::string& text, const char* name = "data.jsonl") {
  try {
    read(text, name);
  } catch (const DataError& error) {
    return error.what();
  }
  return "no error";
}

TEST(TrainingFile, Gsm8kIsCutAtItsMark) {
  const auto data = read(R"({"question": "How many?", "answer": "2+3=<<2+3=5>>5\n#### 5 "})");
  ASSERT_EQ(data.size(), 1U);
  EXPECT_EQ(data[0].response,
            "<reasoning>2+3=<<2+3=5>>5\n</reasoning>\n<answer>\\boxed{5}</answer>");
  EXPECT_THAT(data[0].user_turn, StartsWith("\nRespond in the following format:\n<reasoning>"));
  EXPECT_THAT(data[0].user_turn, EndsWith("</answer>\n\n\nHow many?"));
}

TEST(TrainingFile, S1KKeepsBoxedMathematicsOnly) {
  const auto data =
      read(R"({"question": "a", "attempt": "so \\boxed{\\frac{1}{2}}.", "cot_type": "math"})"
           "\n"
           R"({"question": "b", "attempt": "so \\boxed{3}.", "cot_type": "crossword"})"
           "\n"
           R"({"question": "c", "attempt": "so 3.", "cot_type": "math"})");
  ASSERT_EQ(data.size(), 1U);
  EXPECT_EQ(data[0].response,
            "<reasoning>so \\boxed{\\frac{1}{2}}.</reasoning>\n"
            "<answer>\\boxed{\\frac{1}{2}}</answer>");
}

TEST(TrainingFile, MathHasTheAnswerInItsSolution) {
  const auto data = read(R"([{"problem": "p", "solution": "It is $\\boxed{7}$."}])", "data.json");
  ASSERT_EQ(data.size(), 1U);
  EXPECT_THAT(data[0].response, EndsWith("<answer>\\boxed{7}</answer>"));
}

TEST(TrainingFile, OursTakesTheTasksOwnPrompt) {
  const auto data = read(
      R"({"task": "countdown", "question": "Numbers: [1, 2]", "reasoning": "r", "answer": "1 + 2"})");
  EXPECT_THAT(data[0].user_turn, StartsWith("Using only the provided numbers"));
  EXPECT_THAT(data[0].user_turn, EndsWith("\n\nNumbers: [1, 2]"));
  EXPECT_EQ(data[0].response, "<reasoning>r</reasoning>\n<answer>\\boxed{1 + 2}</answer>");
}

TEST(TrainingFile, PartsAreGivenAndAskedInTurn) {
  const auto data = read(
      "{\"parts\": [\"2+3=\", \"5\"]}\n"
      R"({"task": "svamp", "question": "q", "parts": ["2+3=", "5", "."]})");
  ASSERT_EQ(data.size(), 2U);
  EXPECT_EQ(data[0].user_turn, "");
  EXPECT_EQ(data[0].response, "2+3=5");
  EXPECT_EQ(data[1].parts.size(), 3U);
  EXPECT_THAT(data[1].user_turn, StartsWith("You are a math expert"));
}

TEST(TrainingFile, PlainAnswersStand) {
  EXPECT_EQ(read(R"({"question": "q", "answer": "Just this."})")[0].response, "Just this.");
}

TEST(TrainingFile, FaultsAreNamed) {
  EXPECT_THAT(error_of("{\"question\": \"q\", \"answer\": \"a\"}\n{\"text\": 1}"),
              HasSubstr("data.jsonl:2: a record of no known kind"));
  EXPECT_THAT(error_of("{\"question\": "), HasSubstr("data.jsonl:1: not valid JSON"));
  EXPECT_THAT(error_of("{}", "data.json"), HasSubstr("not a JSON array"));
  EXPECT_THAT(error_of("PAR1", "data.parquet"), HasSubstr("read_parquet"));
  EXPECT_THAT(error_of(R"({"problem": "p", "solution": "no box"})"), HasSubstr("no usable record"));
}

}  // namespace
}  // namespace evotoken::training
