#include "engine/tokenizer/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/tokenizer/byte_level.h"

namespace evotoken::tokenizer {
namespace {

TEST(Utf8, BrokenSequencesBecomeReplacementCharacters) {
  const std::string r = "\xEF\xBF\xBD";
  // Left: bytes; right: what Python's decode("utf-8", "replace") gives.
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"a\xC3\xA9z", "a\xC3\xA9z"},
      {"\xFF", r},
      {"\x80\x80", r + r},
      {"\xC3", r},
      {"\xC3(", r + "("},
      {"\xC0\xAF", r + r},
      {"\xE4\xB8", r},
      {"\xE4\xB8X", r + "X"},
      {"\xE0\x80\x80", r + r + r},
      {"\xED\xA0\x80", r + r + r},
      {"\xF0\x9F\x98", r},
      {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
      {"\xF0\x80\x80\x80", r + r + r + r},
      {"\xF4\x90\x80\x80", r + r + r + r},
      {"\xF0\x9F\xF0\x9F\x98\x80", r + "\xF0\x9F\x98\x80"},
  };
  for (const auto& [bytes, text] : cases) EXPECT_EQ(to_valid_utf8(bytes), text);
}

TEST(Utf8, EveryCodePointComesBack) {
  for (char32_t code_point = 0; code_point < 0x110000; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    std::string text;
    append_utf8(code_point, text);
    std::size_t position = 0;
    ASSERT_EQ(next_code_point(text, position), code_point);
    ASSERT_EQ(position, text.size());
    ASSERT_EQ(sequence_length(text[0]), text.size());
    ASSERT_EQ(previous_code_point(text, position), code_point);
    ASSERT_EQ(position, 0u);
  }
}

TEST(ByteLevel, TheAlphabetCoversAllBytes) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  std::string alphabet;
  append_byte_level(bytes, alphabet);
  EXPECT_EQ(to_valid_utf8(alphabet), alphabet);
  std::string back;
  append_token_bytes(alphabet, back);
  EXPECT_EQ(back, bytes);

  std::string known;
  append_byte_level(" a\n\x7F\xA0\xAD\xC3", known);
  EXPECT_EQ(known, "ĠaĊġłŃÃ");
}

TEST(ByteLevel, ATokenOutsideOfTheAlphabetStandsForItself) {
  std::string bytes = "x";
  append_token_bytes("Ġa b", bytes);
  EXPECT_EQ(bytes, "xĠa b");
  append_token_bytes("中", bytes);
  EXPECT_EQ(bytes, "xĠa b中");
}

}  // namespace
}  // namespace evotoken::tokenizer
