#include "reports/plain_json.h"

#include <gtest/gtest.h>

#include <string>

#include "base/files.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

/// As the library reads it: the same value and the same types.
void expect_same(const std::string& text) {
  const auto value = read_plain_json(text);
  ASSERT_TRUE(value) << text;
  const Json expected = Json::parse(text);
  EXPECT_EQ(*value, expected) << text;
  EXPECT_EQ(value->dump(), expected.dump()) << text;
  EXPECT_EQ(value->type(), expected.type()) << text;
}

TEST(PlainJson, ReadsAsTheLibraryDoes) {
  for (const char* text : {"null",
                           " true ",
                           "false\n",
                           "0",
                           "-0",
                           "12",
                           "-12",
                           "999999999999999999",
                           "0.5",
                           "-0.0",
                           "1e5",
                           "1E-3",
                           "1.5e+300",
                           "\"\"",
                           "\"abc\"",
                           "[]",
                           "{}",
                           "[ 1 , [2, {}] ,\"x\"]",
                           R"({"a":1,"b":{"c":[null]},"":2})",
                           R"({"a":1,"b":2,"a":[3]})",
                           R"("\"\\\/\b\f\n\r\t")",
                           R"("\u0041\u00e9\u20ac\ud83d\ude00\u0000")",
                           "\"é€😀\xED\x9F\xBF\xEE\x80\x80\""}) {
    expect_same(text);
  }
  expect_same(std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']'));
}

TEST(PlainJson, LeavesWhatIsWrongOrRareToTheLibrary) {
  for (const char* text : {"",
                           " ",
                           "nul",
                           "tru",
                           "01",
                           "-",
                           "1.",
                           ".5",
                           "1e",
                           "+1",
                           "NaN",
                           "1e999",
                           "1e-999",
                           "1234567890123456789",
                           "\"",
                           "\"\n\"",
                           "\"\x01\"",
                           R"("\x")",
                           R"("\u12")",
                           R"("\ud800")",
                           R"("\ud800\u0041")",
                           R"("\udc00")",
                           "[1",
                           "[1,]",
                           "[,]",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{1:2}",
                           "{\"a\":1,}",
                           "1 2",
                           "[1]]",
                           "\"\x80\"",
                           "\"\xC0\x80\"",
                           "\"\xED\xA0\x80\"",
                           "\"\xF4\x90\x80\x80\"",
                           "\"\xE2\x82\"",
                           "\xEF\xBB\xBF[]"}) {
    EXPECT_FALSE(read_plain_json(text)) << text;
  }
  EXPECT_FALSE(
      read_plain_json(std::string(kMaxJsonDepth + 1, '[') + std::string(kMaxJsonDepth + 1, ']')));
  EXPECT_FALSE(read_plain_json(std::string(1'000'000, '[')));
}

}  // namespace
}  // namespace evotoken::reports
