#include "reports/python_json.h"

#include <gmock/gmock.h>

#include <cmath>

#include "base/error.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;

std::string message_of(const std::string& text) {
  try {
    parse_python_json(text, "here.json");
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(PythonJson, ReadsPythonsNonFiniteNumbers) {
  const Json value = parse_python_json(R"([NaN, Infinity, -Infinity, -1, {"a": NaN}])", "x");
  EXPECT_TRUE(std::isnan(value[0].get<double>()));
  EXPECT_EQ(value[1], Json(INFINITY));
  EXPECT_EQ(value[2], Json(-INFINITY));
  EXPECT_EQ(value[3], Json(-1));
  EXPECT_TRUE(std::isnan(value[4]["a"].get<double>()));
}

TEST(PythonJson, LeavesTheTokensInsideStringsAlone) {
  const Json value = parse_python_json(R"(["NaN \" Infinity", NaN, "\\"])", "x");
  EXPECT_EQ(value[0], "NaN \" Infinity");
  EXPECT_TRUE(value[1].is_number_float());
  EXPECT_EQ(value[2], "\\");
}

TEST(PythonJson, SaysWhatIsWrongWithAText) {
  EXPECT_THAT(message_of(" \n"), HasSubstr("here.json: is empty"));
  EXPECT_THAT(message_of("{\n\"a\": [1, 2"), HasSubstr("cut off after 12 bytes at line 2"));
  EXPECT_THAT(message_of("{\"a\": \"b"), HasSubstr("cut off"));
  EXPECT_THAT(message_of("{\"a\": \"b\\"), HasSubstr("cut off"));
  EXPECT_THAT(message_of("{\"a\" 1}"), HasSubstr("at column 6"));
  EXPECT_THAT(message_of("[NaNa]"), HasSubstr("not valid JSON"));
  EXPECT_THAT(message_of(std::string(100000, '[')), HasSubstr("nest more than 100 deep"));
  EXPECT_THAT(message_of("[\"\xff\"]"), HasSubstr("not valid JSON"));
}

// Expected texts: json.dumps(value, indent=2) of Python 3.11.
TEST(PythonJson, WritesAsPythonDoes) {
  const auto dumped = [](const char* text) { return dump_python_json(Json::parse(text)); };
  EXPECT_EQ(dumped("[]"), "[]");
  EXPECT_EQ(dumped("{}"), "{}");
  EXPECT_EQ(dumped(R"({"a": [1, []], "b": {}})"),
            "{\n  \"a\": [\n    1,\n    []\n  ],\n  \"b\": {}\n}");
  EXPECT_EQ(dumped(R"("é ’ \u007f / \" \\ \n 😀")"),
            "\"\\u00e9 \\u2019 \\u007f / \\\" \\\\ \\n \\ud83d\\ude00\"");
  EXPECT_EQ(dump_python_json("\xff"), "\"\\ufffd\"");
}

TEST(PythonJson, WritesFloatsByPythonsRepr) {
  EXPECT_EQ(dump_python_json(18.0), "18.0");
  EXPECT_EQ(dump_python_json(-0.0), "-0.0");
  EXPECT_EQ(dump_python_json(22.145886723588152), "22.145886723588152");
  EXPECT_EQ(dump_python_json(1e15), "1000000000000000.0");
  EXPECT_EQ(dump_python_json(1e16), "1e+16");
  EXPECT_EQ(dump_python_json(0.0001), "0.0001");
  EXPECT_EQ(dump_python_json(0.00001), "1e-05");
  EXPECT_EQ(dump_python_json(1.5e300), "1.5e+300");
  EXPECT_EQ(dump_python_json(NAN), "NaN");
  EXPECT_EQ(dump_python_json(-INFINITY), "-Infinity");
}

}  // namespace
}  // namespace evotoken::reports
