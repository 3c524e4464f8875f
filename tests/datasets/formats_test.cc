// What each reader takes from a row, and its own faults.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/countdown.h"
#include "datasets/gsm8k.h"
#include "datasets/math500.h"
#include "datasets/svamp.h"
#include "tests/datasets/fixtures.h"

namespace evotoken::datasets {
namespace {

using ::testing::ElementsAre;

class FormatsTest : public ::testing::Test {
 protected:
  std::filesystem::path file(const std::string& text) { return put(dir_.path(), "data", text); }
  template <typename Read>
  std::string error_of(const std::string& text, const Read& read) {
    const auto path = file(text);
    return data_error(dir_.path(), [&] { read(path); });
  }
  testing::TemporaryDir dir_;
};

TEST_F(FormatsTest, Gsm8kKeepsTheWholeAnswer) {
  const Dataset dataset =
      read_gsm8k(file(R"({"question": "2+2?", "answer": "2+2=<<2+2=4>>4\n#### 4"})"), "train");
  EXPECT_EQ(dataset.name, "gsm8k");
  EXPECT_EQ(dataset.split, "train");
  EXPECT_EQ(dataset.path, (dir_.path() / "data").string());
  EXPECT_EQ(dataset.samples[0].id, "gsm8k/train/0");
  EXPECT_EQ(dataset.samples[0].answer, "2+2=<<2+2=4>>4\n#### 4");
}

TEST_F(FormatsTest, Gsm8kWithoutAGoldIsData) {
  EXPECT_EQ(read_gsm8k(file(R"({"question": "q", "answer": "no mark"})")).samples.size(), 1);
}

TEST_F(FormatsTest, Math500) {
  const Dataset dataset = read_math500(
      file("{\"problem\": \"p\", \"solution\": \"s\", \"answer\": \"\\\\frac{1}{2}\", \"subject\": "
           "\"Algebra\", \"level\": 2, \"unique_id\": \"test/1\"}\n{\"problem\": \"p\", "
           "\"answer\": \"7\", \"level\": \"Level 5\"}"));
  EXPECT_EQ(dataset.samples[0].answer, "\\frac{1}{2}");
  EXPECT_EQ(dataset.samples[0].solution, "s");
  EXPECT_EQ(dataset.samples[0].subject, "Algebra");
  EXPECT_EQ(dataset.samples[0].level, "2");
  EXPECT_EQ(dataset.samples[1].level, "Level 5");
  EXPECT_EQ(dataset.samples[1].subject, "");
}

TEST_F(FormatsTest, Math500Faults) {
  const auto read = [](const auto& path) { read_math500(path); };
  EXPECT_EQ(error_of(R"({"problem": "p", "answer": 7})", read),
            "DIR/data:1: field \"answer\" is the number 7, expected a string; repair or fetch the "
            "file again");
  EXPECT_EQ(error_of(R"({"problem": "p", "answer": "7", "level": 2.5})", read),
            "DIR/data:1: field \"level\" is the number 2.5, expected a whole number; repair or "
            "fetch the file "
            "again");
  EXPECT_EQ(error_of(R"({"problem": "p", "answer": "7", "subject": {}})", read),
            "DIR/data:1: field \"subject\" is an object, expected a string; repair or fetch the "
            "file again");
  EXPECT_EQ(error_of(R"({"question": "p", "answer": "7"})", read),
            "DIR/data:1: field \"problem\" missing (found: question, answer), expected problem, "
            "solution, answer, subject and level; repair or fetch the file again");
}

TEST_F(FormatsTest, SvampUpstream) {
  const Dataset dataset =
      read_svamp({file(R"json([{"ID": "c-1", "Body": "Ann has 3 nuts.", "Question": "How many?",
                 "Equation": "( 3.0 + 0.0 )", "Answer": 3.0, "Type": "Addition"}])json"),
                  SvampSplit::kAll});
  EXPECT_EQ(dataset.split, "all 1");
  EXPECT_EQ(dataset.samples[0].id, "svamp/all/0");
  EXPECT_EQ(dataset.samples[0].question, "Ann has 3 nuts.How many?");
  EXPECT_EQ(dataset.samples[0].answer, "3.0");
  EXPECT_EQ(dataset.samples[0].solution, "( 3.0 + 0.0 )");
  EXPECT_EQ(dataset.samples[0].subject, "Addition");
}

TEST_F(FormatsTest, SvampChilleDLines) {
  const Dataset dataset = read_svamp(
      {file("{\"ID\": \"c-1\", \"Body\": \"b\", \"Question\": \"q\", \"Equation\": \"e\", "
            "\"Answer\": \"145\", \"Type\": \"t\", \"question_concat\": \"b q\"}\n"
            "{\"Body\": \"b\", \"Question\": \"q\", \"Answer\": 145}\n"),
       SvampSplit::kTest});
  EXPECT_EQ(dataset.split, "test 2 (ChilleD)");
  EXPECT_EQ(dataset.samples[0].id, "svamp/test/0");
  EXPECT_EQ(dataset.samples[0].question, "bq");
  EXPECT_EQ(dataset.samples[0].answer, "145");
  EXPECT_EQ(dataset.samples[1].answer, "145");
}

TEST_F(FormatsTest, SvampFaults) {
  const auto read = [](const auto& path) { read_svamp({path, SvampSplit::kAll}); };
  EXPECT_EQ(error_of(R"([{"Body": "b", "Question": "q", "Answer": "five"}])", read),
            "DIR/data[0]: field \"Answer\" is \"five\", expected a number; repair or fetch the "
            "file again");
  EXPECT_EQ(error_of(R"([{"Body": "b", "Question": "q", "Answer": "inf"}])", read),
            "DIR/data[0]: field \"Answer\" is \"inf\", expected a number; repair or fetch the file "
            "again");
  EXPECT_EQ(
      error_of(R"([{"Body": "b", "Question": "q", "Answer": true}])", read),
      "DIR/data[0]: field \"Answer\" is true, expected a number; repair or fetch the file again");
  EXPECT_EQ(error_of(R"({"Body": "b", "Question": "q"})", read),
            "DIR/data:1: field \"Answer\" missing (found: Body, Question), expected Body, Question "
            "and Answer; repair or fetch the file again");
}

TEST_F(FormatsTest, Countdown) {
  const Dataset dataset = read_countdown(file(R"({"input": "30,100,93", "output": "23"})"));
  EXPECT_THAT(dataset.samples[0].numbers, ElementsAre(30, 100, 93));
  EXPECT_EQ(dataset.samples[0].answer, "23");
  EXPECT_EQ(dataset.samples[0].question, "Numbers: [30, 100, 93]\nTarget: 23");
  EXPECT_THAT(read_countdown(file(R"({"input": "1, 2", "output": " 3"})")).samples[0].numbers,
              ElementsAre(1, 2));
}

TEST_F(FormatsTest, CountdownFaults) {
  const auto read = [](const auto& path) { read_countdown(path); };
  for (const char* input : {"30,,93", "30,93,", "30;93", "3.5", "ten", "99999999999999999999"}) {
    EXPECT_EQ(error_of(std::string(R"({"input": ")") + input + R"(", "output": "23"})", read),
              std::string("DIR/data:1: field \"input\" is \"") + input +
                  "\", expected whole numbers separated by commas; repair or fetch the file again");
  }
  EXPECT_EQ(error_of(R"({"input": "1,2", "output": "3.0"})", read),
            "DIR/data:1: field \"output\" is \"3.0\", expected a whole number; repair or fetch the "
            "file again");
  EXPECT_EQ(
      error_of(R"({"input": [1, 2], "output": "3"})", read),
      "DIR/data:1: field \"input\" is a list, expected a string; repair or fetch the file again");
}

}  // namespace
}  // namespace evotoken::datasets
