// What must hold for any text, and for texts of a million characters.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "engine/tokenizer/tokenizer.h"
#include "engine/tokenizer/utf8.h"
#include "tests/support.h"

namespace evotoken::tokenizer {
namespace {

constexpr std::size_t kMillion = 1'000'000;

const Tokenizer& golden_tokenizer(const std::string& name) {
  static const Tokenizer llama3 = Tokenizer::load(testing::golden_dir() / "tokenizer" / "llama3");
  static const Tokenizer gpt2 = Tokenizer::load(testing::golden_dir() / "tokenizer" / "gpt2");
  static const Tokenizer qwen2 = Tokenizer::load(testing::golden_dir() / "tokenizer" / "qwen2");
  return name == "llama3" ? llama3 : name == "gpt2" ? gpt2 : qwen2;
}

std::string repeated(std::string_view part, std::size_t count) {
  std::string text;
  text.reserve(part.size() * count);
  for (std::size_t i = 0; i < count; ++i) text += part;
  return text;
}

char32_t random_code_point(std::mt19937& random) {
  static constexpr char32_t kEnds[] = {0x80, 0x80, 0x250, 0x3100, 0x110000};
  for (;;) {
    const char32_t end = kEnds[random() % std::size(kEnds)];
    const char32_t code_point = random() % end;
    if (code_point < 0xD800 || code_point > 0xDFFF) return code_point;
  }
}

TEST(Properties, DecodingAnEncodingGivesTheText) {
  std::mt19937 random(42);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::size_t length = random() % 60; length > 0; --length) {
      append_utf8(random_code_point(random), text);
    }
    for (const char* name : {"llama3", "gpt2"}) {
      const Tokenizer& tokenizer = golden_tokenizer(name);
      ASSERT_EQ(tokenizer.decode(tokenizer.encode(text)), text) << name;
    }
  }
}

TEST(Properties, RandomBytesEncodeAsTheirRepairedText) {
  std::mt19937 random(43);
  const Tokenizer& tokenizer = golden_tokenizer("llama3");
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (std::size_t length = random() % 40; length > 0; --length) {
      bytes += static_cast<char>(random() % 256);
    }
    const auto ids = tokenizer.encode(bytes);
    ASSERT_EQ(ids, tokenizer.encode(to_valid_utf8(bytes)));
    ASSERT_EQ(tokenizer.decode(ids), to_valid_utf8(bytes));
  }
}

/// A million characters as one word and as many words. Anything quadratic would need an hour here.
TEST(Properties, AMillionCharacters) {
  const std::vector<std::string> texts = {
      repeated("a", kMillion),
      repeated("7", kMillion),
      repeated(" ", kMillion),
      repeated(" ", kMillion) + "a",
      repeated("\n", kMillion),
      repeated("\t \n", kMillion / 3) + "x",
      repeated("!", kMillion),
      repeated("the", kMillion / 3),
      repeated("中", kMillion / 3),
      repeated(repeated(" ", 999) + "a", kMillion / 1000),
      repeated("The quick brown fox, don't jump 12345 times!\n", kMillion / 45),
      repeated("<|", kMillion / 2),
  };
  for (const std::string& text : texts) {
    SCOPED_TRACE(text.substr(0, 20));
    const Tokenizer& tokenizer = golden_tokenizer("llama3");
    const auto ids = tokenizer.encode(text);
    EXPECT_LE(ids.size(), text.size());
    EXPECT_TRUE(tokenizer.decode(ids) == text);
  }
  const Tokenizer& gpt2 = golden_tokenizer("gpt2");  // here digits and newlines make long words too
  EXPECT_TRUE(gpt2.decode(gpt2.encode(texts[1])) == texts[1]);
  EXPECT_TRUE(gpt2.decode(gpt2.encode(texts[3])) == texts[3]);
}

TEST(Properties, AMillionDigitsAreGroupsOfThree) {
  const Tokenizer& tokenizer = golden_tokenizer("llama3");
  const auto once = tokenizer.encode("777");
  std::vector<TokenId> expected;
  for (int i = 0; i < 333'333; ++i) expected.insert(expected.end(), once.begin(), once.end());
  EXPECT_TRUE(tokenizer.encode(repeated("777", 333'333)) == expected);
}

TEST(Properties, AMillionMarksAreNormalised) {
  const Tokenizer& tokenizer = golden_tokenizer("qwen2");
  std::string text = "a";
  text += repeated("\u0301\u0327", kMillion / 2);  // the order is wrong
  std::string ordered = "á";                       // the first acute goes into the letter
  ordered += repeated("\u0327", kMillion / 2);
  ordered += repeated("\u0301", kMillion / 2 - 1);
  EXPECT_TRUE(tokenizer.decode(tokenizer.encode(text)) == ordered);
}

TEST(Properties, AMillionAddedTokens) {
  const Tokenizer& tokenizer = golden_tokenizer("llama3");
  const auto ids = tokenizer.encode(repeated("<|eot_id|>", kMillion / 10));
  EXPECT_TRUE(ids == std::vector<TokenId>(kMillion / 10, *tokenizer.token_id("<|eot_id|>")));
  EXPECT_EQ(tokenizer.decode(ids, true), "");
}

TEST(Properties, TokensAndIdsAnswerEachOther) {
  const Tokenizer& tokenizer = golden_tokenizer("llama3");
  EXPECT_EQ(tokenizer.vocab_size(), 2048u);
  for (std::size_t i = 0; i < tokenizer.vocab_size(); ++i) {
    const auto id = static_cast<TokenId>(i);
    ASSERT_TRUE(tokenizer.contains(id));
    EXPECT_EQ(tokenizer.token_id(tokenizer.token(id)), id);
  }
  EXPECT_FALSE(tokenizer.contains(-1));
  EXPECT_FALSE(tokenizer.contains(2048));
  EXPECT_EQ(tokenizer.token_id("no such token"), std::nullopt);
}

}  // namespace
}  // namespace evotoken::tokenizer
