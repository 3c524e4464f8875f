#include "engine/tokenizer/bpe_trainer.h"

#include <gtest/gtest.h>

#include "engine/tokenizer/byte_tokenizer.h"
#include "engine/tokenizer/tokenizer.h"
#include "tests/support.h"

namespace evotoken::tokenizer {
namespace {

using Merge = std::pair<std::string, std::string>;

TEST(BpeTrainer, MergesTheMostFrequentPairFirst) {
  // The example of Sennrich et al. (arXiv 1508.07909, figure 1), without its end-of-word symbol.
  BpeTrainer trainer("[a-z]+");
  for (int i = 0; i < 5; ++i) trainer.add("low");
  for (int i = 0; i < 2; ++i) trainer.add("lower");
  for (int i = 0; i < 6; ++i) trainer.add("newest");
  for (int i = 0; i < 3; ++i) trainer.add("widest");
  const BytePairMerges learned = trainer.train(4);
  ASSERT_EQ(learned.merges.size(), 4U);
  EXPECT_EQ(learned.merges[0], Merge("e", "s")) << "9 times, as is s t; the older symbols win";
  EXPECT_EQ(learned.merges[1], Merge("es", "t"));
  EXPECT_EQ(learned.merges[2], Merge("l", "o"));
  EXPECT_EQ(learned.merges[3], Merge("lo", "w"));
}

TEST(BpeTrainer, StopsWhereNoPairOccursTwiceAndCountsOverlapsOnce) {
  BpeTrainer trainer("[a-z]+");
  trainer.add("aaaa aaaa");
  const BytePairMerges learned = trainer.train(10);
  ASSERT_EQ(learned.merges.size(), 2U);
  EXPECT_EQ(learned.merges[0], Merge("a", "a"));
  EXPECT_EQ(learned.merges[1], Merge("aa", "aa"));
}

TEST(BpeTrainer, OrderOfTextsDoesNotMatter) {
  const std::vector<std::string> texts = {"one two three", "two three four", "three four five"};
  BpeTrainer forward("[a-z]+ ?");
  BpeTrainer backward("[a-z]+ ?");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    forward.add(texts[i]);
    backward.add(texts[texts.size() - 1 - i]);
  }
  EXPECT_EQ(forward.train(20).merges, backward.train(20).merges);
}

TEST(BpeTrainer, ItsTokenizerLoadsKeepsDigitsApartAndGivesTheTextBack) {
  BpeTrainer trainer(R"(\p{N}|[^\p{N}]+)");
  for (int i = 0; i < 3; ++i) trainer.add("There are 120 apples, née Äpfel, and 12 pears.");
  const testing::TemporaryDir dir;
  const ByteTokenizerIds ids = write_byte_tokenizer(dir.path(), trainer.train(500));
  const auto tokenizer = Tokenizer::load(dir.path());
  EXPECT_EQ(static_cast<std::int64_t>(tokenizer.vocab_size()), ids.vocab_size);
  EXPECT_GT(ids.vocab_size, 262);
  const std::string seen = "There are 120 apples, née Äpfel, and 12 pears.";
  const auto tokens = tokenizer.encode(seen);
  EXPECT_EQ(tokenizer.decode(tokens), seen);
  EXPECT_EQ(tokens.size(), 3U + 5U) << "three phrases and five digits";
  for (const char* unseen : {"Something else: 日本 42", "<|eot_id|>12"}) {
    EXPECT_EQ(tokenizer.decode(tokenizer.encode(unseen)), unseen);
  }
  EXPECT_EQ(tokenizer.encode("<|mdm_mask|>"), std::vector<TokenId>{static_cast<TokenId>(ids.mask)});
}

TEST(BpeTrainer, ABadPatternIsRefused) { EXPECT_THROW(BpeTrainer("[a-"), std::invalid_argument); }

}  // namespace
}  // namespace evotoken::tokenizer
