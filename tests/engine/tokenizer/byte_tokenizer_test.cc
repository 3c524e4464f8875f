#include "engine/tokenizer/byte_tokenizer.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "engine/tokenizer/tokenizer.h"
#include "tests/support.h"

namespace evotoken::tokenizer {
namespace {

TEST(ByteTokenizer, IsReadLikeAnyOther) {
  const testing::TemporaryDir dir;
  const ByteTokenizerIds ids = write_byte_tokenizer(dir.path());
  const Tokenizer tokenizer = Tokenizer::load(dir.path());
  EXPECT_EQ(tokenizer.vocab_size(), static_cast<std::size_t>(ids.vocab_size));
  const std::string text = "Ünïcode\n\t and <|eot_id|>";
  const std::vector<TokenId> encoded = tokenizer.encode(text);
  EXPECT_EQ(encoded.back(), ids.end_of_turn);
  EXPECT_EQ(tokenizer.decode(encoded), text);
  EXPECT_EQ(tokenizer.render_user_turn(" hi "),
            "<|startoftext|><|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n");
}

TEST(ByteTokenizer, OutputOfAWiderHeadDropsWhatTheVocabularyLacks) {
  const testing::TemporaryDir dir;
  write_byte_tokenizer(dir.path());
  const Tokenizer tokenizer = Tokenizer::load(dir.path());
  const std::vector<TokenId> ids = {'a', 4000, 'b', -1};
  EXPECT_EQ(tokenizer.decode_output(ids), "ab");
  EXPECT_THROW(tokenizer.decode(ids), DataError);
}

}  // namespace
}  // namespace evotoken::tokenizer
