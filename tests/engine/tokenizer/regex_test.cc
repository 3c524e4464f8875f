#include "engine/tokenizer/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "engine/tokenizer/utf8.h"

namespace evotoken::tokenizer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> matches(std::string_view pattern, std::string_view text) {
  std::vector<std::string> found;
  for (const Span& span : Regex(pattern).find_all(text)) {
    found.emplace_back(text.substr(span.begin, span.end - span.begin));
  }
  return found;
}

TEST(Regex, Re2WhereItCanPcre2WhereItMust) {
  EXPECT_FALSE(Regex(R"(\p{N}{1,3}|\s+)").backtracks());
  EXPECT_FALSE(Regex(R"([\S\d\w]|(?i:abc))").backtracks());
  EXPECT_TRUE(Regex(R"(\s+(?!\S))").backtracks());
  EXPECT_TRUE(Regex(R"(a++)").backtracks());
  EXPECT_TRUE(Regex(R"(^a$)").backtracks());
}

/// All code points, in order.
std::string all_characters() {
  std::string all;
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (c < 0xD800 || c > 0xDFFF) append_utf8(c, all);
  }
  return all;
}

TEST(Regex, WhiteSpaceIsUnicodes) {
  const std::string all = all_characters();
  std::vector<Span> expected;
  for (std::size_t position = 0; position < all.size();) {
    const std::size_t begin = position;
    if (is_white_space(next_code_point(all, position))) expected.push_back({begin, position});
  }
  for (const char* pattern : {R"(\s)", R"(\s(?=|x))", R"([^\S])", R"([^\S](?=|x))"}) {
    EXPECT_TRUE(Regex(pattern).find_all(all) == expected) << pattern;
  }
}

TEST(Regex, BothEnginesKnowTheSameCharacters) {
  const std::string all = all_characters();
  for (const std::string category : {"L", "N", "M", "P", "S", "Nd", "Lu", "Ll", "Han", "Greek"}) {
    const Regex re2("\\p{" + category + "}+");
    const Regex pcre2("\\p{" + category + "}+(?=|x)");
    ASSERT_FALSE(re2.backtracks());
    ASSERT_TRUE(pcre2.backtracks());
    EXPECT_EQ(re2.find_all(all), pcre2.find_all(all)) << category;
  }
}

TEST(Regex, CharactersYoungerThanTheLibraries) {
  EXPECT_THAT(matches(R"(\p{L}+)", "a\U0001611D\U00031350."), ElementsAre("a\U0001611D\U00031350"));
  EXPECT_THAT(matches(R"([^\p{L}]+(?!x))", "\U00031350.\U0001FADC"), ElementsAre(".\U0001FADC"));
}

TEST(Regex, EmptyMatchesDoNotFollowAMatch) {
  const std::vector<Span> expected = {{0, 0}, {1, 3}, {4, 4}};
  EXPECT_EQ(Regex("x*").find_all("axxb"), expected);
  EXPECT_EQ(Regex("").find_all("é").size(), 2u);
  EXPECT_EQ(Regex("x*").find_all("").size(), 1u);
}

TEST(Regex, OnigurumasOwnMeanings) {
  EXPECT_THAT(matches("(?m:a.)|.", "a\nb\n"), ElementsAre("a\n", "b"));
  EXPECT_THAT(matches(R"(a{1,3}+b)", "aaaaab"), ElementsAre("aaaaab"));
  EXPECT_THAT(matches(R"(a{2}?)", "aaa"), ElementsAre("aa", ""));
  EXPECT_THAT(matches(R"(a{,2})", "aaa"), ElementsAre("aa", "a"));
  EXPECT_THAT(matches(R"(\h\v)", "f\v \t"), ElementsAre("f\v"));
  EXPECT_THAT(matches(R"(^a|b$)", "a\nab\n"), ElementsAre("a", "a", "b"));
}

TEST(Regex, WhatCannotBeSaidIsRefused) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"([a&&b])", "class in a class"},
      {R"([[:alpha:]])", "class in a class"},
      {R"((a)\1)", "escape \"\\1\""},
      {R"(\X)", "escape \"\\X\""},
      {R"(\K)", "escape \"\\K\""},
      {R"(a(?i)b|c)", "middle of a pattern"},
      {R"((?<name>a))", "group \"(?<\""},
      {R"((?x: a))", "group \"(?x\""},
      {R"(\xe9)", "coded character"},
      {R"(\x{})", "coded character"},
      {R"([\W])", "escape \"\\W\""},
      {R"(\p{L)", "unclosed"},
      {R"([abc)", "unclosed"},
      {R"(a))", "unmatched"},
      {R"((a)", "parenthesis"},
      {R"(\p{Nonsense})", "unknown property"},
      {R"(abc\)", "escape"},
      {R"(*a(?=b))", "quantifier"},
  };
  for (const auto& [pattern, reason] : cases) {
    try {
      Regex regex(pattern);
      ADD_FAILURE() << pattern << " was accepted";
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), HasSubstr(reason)) << pattern;
    }
  }
}

/// Each round of the group leaves something on the stack. The JIT's is too small for so many; the
/// interpreter takes over.
TEST(Regex, DeepBacktrackingFallsBackToTheInterpreter) {
  const std::string text(200'000, 'a');
  EXPECT_EQ(Regex(R"((?:a|b)+c|(?:a|b)+(?!\S))").find_all(text).size(), 1u);
}

}  // namespace
}  // namespace evotoken::tokenizer
