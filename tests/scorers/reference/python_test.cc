// The pieces of Python that the reference graders stand on.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "scorers/reference/python_expression.h"
#include "scorers/reference/python_literals.h"
#include "scorers/reference/python_text.h"
#include "tests/scorers/tables.h"

namespace evotoken::scorers::reference {
namespace {

using Json = nlohmann::ordered_json;

Json describe(const std::optional<Number>& value) {
  if (!value) return nullptr;
  if (const auto* integer = std::get_if<mpz_class>(&*value)) return {"int", integer->get_str()};
  if (const auto* real = std::get_if<double>(&*value)) return {"float", float_to_json(*real)};
  const auto& complex = std::get<Complex>(*value);
  return {"complex", float_to_json(complex.real), float_to_json(complex.imaginary)};
}

// Complex powers go through libm's sine and logarithm: their last bits are not part of the rule.
void expect_equal(const Json& found, const Json& expected, const std::string& text) {
  if (!expected.is_array() || expected[0] != "complex" || expected[1].is_string()) {
    EXPECT_EQ(found.dump(), expected.dump()) << text;  // as text, so that -0.0 is not 0.0
    return;
  }
  ASSERT_EQ(found.size(), 3U) << text << " gives " << found;
  for (int part = 1; part <= 2; ++part) {
    const double value = expected[part].get<double>();
    EXPECT_NEAR(found[part].get<double>(), value, 1e-12 * (1 + std::fabs(value))) << text;
  }
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

std::string utf8(std::int32_t c) {
  std::string text;
  if (c < 0x80) return {static_cast<char>(c)};
  const int tail = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr int kLead[] = {0, 0xC0, 0xE0, 0xF0};
  text += static_cast<char>(kLead[tail] | c >> (6 * tail));
  for (int i = tail - 1; i >= 0; --i) text += static_cast<char>(0x80 | (c >> (6 * i) & 0x3F));
  return text;
}

TEST(PythonFloat, EveryRow) {
  for (const auto& row : testing::scorer_table("python_float.json")) {
    const auto value = parse_float(row[0].get_ref<const std::string&>());
    EXPECT_EQ((value ? float_to_json(*value) : Json()).dump(), row[1].dump()) << row;
  }
}

TEST(PythonInt, EveryRow) {
  for (const auto& row : testing::scorer_table("python_int.json")) {
    const auto value = parse_int(row[0].get_ref<const std::string&>());
    EXPECT_EQ(value ? Json(*value) : Json(), row[1]) << row;
  }
}

TEST(PythonText, WhiteSpaceIsExactlyPythons) {
  std::vector<std::int32_t> spaces;
  for (std::int32_t c = 0; c < 0x110000; ++c) {
    if (is_python_space(c)) spaces.push_back(c);
  }
  const std::vector<std::int32_t> expected = {
      0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x1C,   0x1D,   0x1E,   0x1F,   0x20,
      0x85,   0xA0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006,
      0x2007, 0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
  EXPECT_EQ(spaces, expected);
}

// utf8proc may know a later Unicode than a given Python (3.11: 14.0 with 650 digits, 3.12: 15.0
// with 670), but digits always come in whole runs from 0 to 9.
TEST(PythonText, DecimalDigitsComeInRunsOfTen) {
  int digits = 0;
  for (std::int32_t c = 0; c < 0x110000; ++c) {
    const std::optional<int> digit = decimal_digit(c);
    if (!digit) {
      EXPECT_EQ(digits % 10, 0) << std::hex << c;
      continue;
    }
    EXPECT_EQ(*digit, digits % 10) << std::hex << c;
    EXPECT_EQ(parse_int(utf8(c)), std::to_string(*digit)) << std::hex << c;
    ++digits;
  }
  EXPECT_GE(digits, 650);
}

TEST(PythonText, RepairsWhatIsNotUtf8) {
  EXPECT_EQ(repair_utf8("a\xFFz"), "a\uFFFDz");
  EXPECT_EQ(repair_utf8("\xC3\xA9\xE2\x82"), "\u00E9\uFFFD\uFFFD");
  EXPECT_EQ(repair_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(repair_utf8(std::string_view("\0x", 2)), std::string_view("\0x", 2));
}

TEST(PythonText, StripsWhereTheTextIsNotUtf8) {
  EXPECT_EQ(strip("\xA0 x \x80"), "\xA0 x \x80");
  EXPECT_EQ(strip(" \x80\x80\x80\x80\x80 "), "\x80\x80\x80\x80\x80");
  EXPECT_EQ(strip("\u3000x\u2003\n"), "x");
  EXPECT_EQ(strip(" \u00A0 "), "");
}

TEST(PythonText, ReplacesLeftToRightOnce) {
  EXPECT_EQ(replace_all("\\\\\\\\\\", "\\\\", "\\"), "\\\\\\");
  EXPECT_EQ(replace_all("aaa", "aa", "a"), "aa");
  EXPECT_EQ(replace_all("", "a", "b"), "");
  EXPECT_EQ(count_of("aaaa", "aa"), 2U);
}

TEST(PythonExpression, EveryRow) {
  for (const auto& row : testing::scorer_table("python_expression.json")) {
    const auto& text = row[0].get_ref<const std::string&>();
    expect_equal(describe(evaluate_expression(strip(text))), row[1], text);
  }
}

TEST(PythonExpression, NestingIsBoundedAsInCPython) {
  EXPECT_TRUE(evaluate_expression(repeated("(", 200) + "1" + repeated(")", 200)));
  EXPECT_FALSE(evaluate_expression(repeated("(", 201) + "1" + repeated(")", 201)));
  EXPECT_TRUE(evaluate_expression(repeated("(1)+", 2990) + "1"));
}

TEST(PythonExpression, OperatorsAreBoundedAsInCPython) {
  EXPECT_TRUE(evaluate_expression(repeated("-", 2990) + "1"));
  EXPECT_FALSE(evaluate_expression(repeated("-", 2991) + "1"));
  EXPECT_TRUE(evaluate_expression(repeated("1+", 2990) + "1"));
  EXPECT_FALSE(evaluate_expression(repeated("1+", 2991) + "1"));
}

TEST(PythonExpression, IntegersAreBounded) {
  const std::string longest(kMaxIntegerDigits, '9');
  EXPECT_TRUE(evaluate_expression(longest));
  EXPECT_FALSE(evaluate_expression(longest + "9"));
  EXPECT_TRUE(evaluate_expression(longest + "9."));  // a float has no such limit: infinite
  EXPECT_TRUE(evaluate_expression(repeated("2**4095*", 15) + "1"));
  EXPECT_FALSE(evaluate_expression(repeated("2**4095*", 17) + "1"));
}

// Rounding at the halfway points, where a quotient of two rounded floats would be off.
TEST(PythonExpression, DivisionOfIntegersRoundsOnce) {
  const auto value = [](const std::string& text) {
    return std::get<double>(evaluate_expression(text).value());
  };
  EXPECT_EQ(value("9007199254740993/1"), 9007199254740992.0);
  EXPECT_EQ(value("9007199254740995/1"), 9007199254740996.0);
  EXPECT_EQ(value("18014398509481987/2"), 9007199254740994.0);
  EXPECT_EQ(value("1/2**1074"), 0x1p-1074);
  EXPECT_EQ(value("1/2**1075"), 0.0);
  EXPECT_EQ(value("3/2**1075"), 0x1p-1073);
  EXPECT_EQ(value("(2**54+3)/2**1128"), value("2**54/2**1128"));
  EXPECT_EQ(value("(2**1024-2**970-1)/1"), 0x1.fffffffffffffp1023);
  EXPECT_FALSE(evaluate_expression("(2**1024-2**970)/1"));
}

}  // namespace
}  // namespace evotoken::scorers::reference
