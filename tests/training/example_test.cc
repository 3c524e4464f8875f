#include "training/example.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support.h"

namespace evotoken::training {
namespace {

const tokenizer::Tokenizer& toy_tokenizer() {
  static const auto kTokenizer =
      tokenizer::Tokenizer::load(testing::golden_dir() / "models" / "toy-mha");
  return kTokenizer;
}

const std::vector<QuestionAnswer> kData = {
    {"How many apples are there?", worked_response("There are 3 and 4, so 7.", "7"), {}},
    {"Short?", "No.", {}}};

TEST(Examples, AreChatPromptResponseAndEndOfTurn) {
  ExampleLimits limits;
  limits.min_response = 0;
  const auto examples = encode_examples(kData, toy_tokenizer(), limits);
  ASSERT_EQ(examples.size(), 2U);
  const std::string prompt = toy_tokenizer().render_user_turn(kData[0].user_turn);
  EXPECT_EQ(toy_tokenizer().decode(examples[0].tokens), prompt + kData[0].response + "<|eot_id|>");
  EXPECT_EQ(examples[0].prompt_length, std::ssize(toy_tokenizer().encode(prompt)));
}

TEST(Examples, ThePublishedPromptEndsOneTokenBehindTheUsersTurn) {
  ExampleLimits limits;
  limits.min_response = 0;
  limits.prompt_end = PromptEnd::kUserTurn;
  const auto examples = encode_examples(kData, toy_tokenizer(), limits);
  const std::string prompt = toy_tokenizer().render_user_turn(kData[0].user_turn);
  const auto turn = toy_tokenizer().encode(prompt.substr(0, prompt.rfind("<|start_header_id|>")));
  EXPECT_EQ(examples[0].prompt_length, std::ssize(turn) + 1);
}

TEST(Examples, LimitsDropAndFillingMakesThemLongEnough) {
  ExampleLimits limits;  // at least 32 response tokens
  EXPECT_EQ(encode_examples({kData[1]}, toy_tokenizer(), limits).size(), 0U);
  limits.min_response = 0;
  limits.max_length = 20;
  EXPECT_EQ(encode_examples({kData[0]}, toy_tokenizer(), limits).size(), 0U);
  limits.max_length = 1024;
  limits.pad_response_to = 100;
  limits.pad_token = 5;
  EXPECT_TRUE(encode_examples({kData[1]}, toy_tokenizer(), limits)[0].may_mask(90));
  const auto filled = encode_examples({kData[1]}, toy_tokenizer(), limits);
  EXPECT_EQ(filled[0].length(), filled[0].prompt_length + 100);
  EXPECT_EQ(filled[0].tokens.back(), 5);
}

TEST(Examples, OfATextWithGapsOnlyTheGapsAreLearned) {
  ExampleLimits limits;
  limits.min_response = 0;
  limits.pad_response_to = 100;
  const QuestionAnswer bare{"", "12 + 7 = 19\n", {"12 + 7 = ", "19", "\n"}};
  const QuestionAnswer dialogue{"How many?", "3 + 4 = 7.", {"3 + 4 = ", "7", "."}};
  const auto examples = encode_examples({bare, dialogue}, toy_tokenizer(), limits);
  ASSERT_EQ(examples.size(), 2U);
  EXPECT_EQ(examples[0].prompt_length, 0);
  const auto asked = [&](const Example& example) {
    std::vector<std::int32_t> tokens;
    for (std::int64_t p = 0; p < example.length() + 5; ++p) {
      if (example.may_mask(p)) tokens.push_back(example.tokens[static_cast<std::size_t>(p)]);
    }
    return toy_tokenizer().decode(tokens);
  };
  EXPECT_EQ(asked(examples[0]), "19") << "neither what is given nor padding";
  EXPECT_EQ(asked(examples[1]), "7");
}

TEST(Examples, ATextThatEndsInAGapIsAskedToItsEnd) {
  ExampleLimits limits;
  limits.min_response = 0;
  limits.pad_response_to = 60;
  limits.pad_token = 5;
  const QuestionAnswer item{"How many?", "3 + 4 = 7.", {"3 + 4 ", "= 7."}};
  const Example example = encode_examples({item}, toy_tokenizer(), limits)[0];
  EXPECT_EQ(example.length(), example.prompt_length + 60);
  EXPECT_FALSE(example.may_mask(example.prompt_length)) << "3 is given";
  EXPECT_TRUE(example.may_mask(example.length() - 1)) << "the padding is asked";
  const auto end = std::find(example.tokens.begin() + example.prompt_length, example.tokens.end(),
                             toy_tokenizer().token_id("<|eot_id|>"));
  ASSERT_NE(end, example.tokens.end());
  EXPECT_TRUE(example.may_mask(end - example.tokens.begin()));
}

}  // namespace
}  // namespace evotoken::training
