// Faults that every format shares, seen through GSM8K's reader.
#include "datasets/records.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "datasets/gsm8k.h"
#include "tests/datasets/fixtures.h"

namespace evotoken::datasets {
namespace {

// Joined by fmt: GCC 12 sees overflows in "text" + std::string that are not there.
constexpr const char* kGood = "{\"question\": \"How many?\", \"answer\": \"#### 3\"}\n";

class RecordsTest : public ::testing::Test {
 protected:
  std::string error_of(const std::string& text) {
    const auto path = put(dir_.path(), "test.jsonl", text);
    return data_error(dir_.path(), [&] { read_gsm8k(path); });
  }
  testing::TemporaryDir dir_;
};

TEST_F(RecordsTest, MissingField) {
  EXPECT_EQ(error_of(fmt::format("{}{}", kGood, "{\"question\": \"Why?\", \"id\": 3}\n")),
            "DIR/test.jsonl:2: field \"answer\" missing (found: question, id), expected question "
            "and answer; repair or fetch the file again");
  EXPECT_EQ(error_of("{}"),
            "DIR/test.jsonl:1: field \"question\" missing (found: no field), expected question and "
            "answer; repair or fetch the file again");
}

TEST_F(RecordsTest, WrongType) {
  EXPECT_EQ(error_of("{\"question\": \"Why?\", \"answer\": 18}\n"),
            "DIR/test.jsonl:1: field \"answer\" is the number 18, expected a string; repair or "
            "fetch the file "
            "again");
  EXPECT_EQ(error_of("{\"question\": null, \"answer\": \"#### 1\"}\n"),
            "DIR/test.jsonl:1: field \"question\" is null, expected a string; repair or fetch the "
            "file again");
  EXPECT_EQ(
      error_of("{\"question\": [\"a\"], \"answer\": \"#### 1\"}\n"),
      "DIR/test.jsonl:1: field \"question\" is a list, expected a string; repair or fetch the file "
      "again");
  EXPECT_EQ(error_of("{\"question\": \" \\n\", \"answer\": \"#### 1\"}\n"),
            "DIR/test.jsonl:1: field \"question\" is blank, expected a string with text; repair or "
            "fetch the "
            "file again");
}

TEST_F(RecordsTest, RowThatIsNoObject) {
  EXPECT_EQ(error_of(fmt::format("{}{}", kGood, "\n\n\"text\"\n")),
            "DIR/test.jsonl:4: is a string, expected an object with question and answer; repair or "
            "fetch the "
            "file again");
}

TEST_F(RecordsTest, BrokenJsonSaysTheLine) {
  const std::string message = error_of(fmt::format("{}{}", kGood, "{\"question\": \"cut o"));
  EXPECT_TRUE(message.starts_with("DIR/test.jsonl:2: not valid JSON at column ")) << message;
  EXPECT_TRUE(message.ends_with("; repair or fetch the file again")) << message;
  EXPECT_TRUE(error_of("\x80\x81").starts_with("DIR/test.jsonl:1: not valid JSON"));
  EXPECT_TRUE(error_of("<html>").starts_with("DIR/test.jsonl:1: not valid JSON"));
  EXPECT_TRUE(error_of("[{]").starts_with("DIR/test.jsonl: not valid JSON"));
}

TEST_F(RecordsTest, NoRows) {
  const std::string expected =
      "DIR/test.jsonl: holds no items, expected objects with question and answer; repair or fetch "
      "the file "
      "again";
  EXPECT_EQ(error_of(""), expected);
  EXPECT_EQ(error_of("\xEF\xBB\xBF"), expected);
  EXPECT_EQ(error_of(" \r\n\n"), expected);
  EXPECT_EQ(error_of("[]"), expected);
}

TEST_F(RecordsTest, MissingFileAndFolder) {
  EXPECT_EQ(
      data_error(dir_.path(), [&] { read_gsm8k(dir_.path() / "none.jsonl"); }),
      "DIR/none.jsonl: cannot be read (No such file or directory), expected a file; check the "
      "path");
  EXPECT_EQ(data_error(dir_.path(), [&] { read_gsm8k(dir_.path()); }),
            "DIR: is a folder, expected a file");
}

TEST_F(RecordsTest, ByteOrderMarkCarriageReturnsAndBlankLines) {
  const std::string text =
      "\xEF\xBB\xBF{\"question\": \"One?\", \"answer\": \"#### 1\"}\r\n\r\n"
      "{\"question\": \"Two?\", \"answer\": \"a\\n#### 2\"}\r\n";
  const Dataset dataset = read_gsm8k(put(dir_.path(), "test.jsonl", text));
  ASSERT_EQ(dataset.samples.size(), 2);
  EXPECT_EQ(dataset.samples[0].question, "One?");
  EXPECT_EQ(dataset.samples[1].answer, "a\n#### 2");
}

TEST_F(RecordsTest, ArrayElementsAreCountedFromZero) {
  EXPECT_EQ(
      error_of("[{\"question\": \"One?\", \"answer\": \"#### 1\"}, {\"question\": \"Two?\"}]"),
      "DIR/test.jsonl[1]: field \"answer\" missing (found: question), expected question and "
      "answer; repair or fetch the file again");
}

TEST_F(RecordsTest, DuplicatesAndUnknownFieldsAreData) {
  const Dataset dataset = read_gsm8k(put(
      dir_.path(), "test.jsonl",
      fmt::format("{}{}{}", kGood, kGood, "{\"id\": 7, \"answer\": \"4\", \"question\": \"x\"}")));
  ASSERT_EQ(dataset.samples.size(), 3);
  EXPECT_EQ(dataset.samples[0].id, "gsm8k/test/0");
  EXPECT_EQ(dataset.samples[1].id, "gsm8k/test/1");
  EXPECT_EQ(dataset.samples[2].index, 2);
  EXPECT_EQ(dataset.content_hash.size(), 32);
}

}  // namespace
}  // namespace evotoken::datasets
