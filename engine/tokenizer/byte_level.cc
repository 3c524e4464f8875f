// Printable Latin-1 bytes stand for themselves; the 68 others, in ascending order, are U+0100 and
// up (OpenAI's gpt-2 `bytes_to_unicode`).
#include "engine/tokenizer/byte_level.h"

#include <array>

#include "engine/tokenizer/utf8.h"

namespace evotoken::tokenizer {
namespace {

constexpr std::size_t kAlphabetEnd = 256 + 68;
constexpr int kNoByte = -1;

struct Alphabet {
  std::array<std::string, 256> character_of;
  std::array<int, kAlphabetEnd> byte_of;
};

bool stands_for_itself(unsigned byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xFF && byte != 0xAD);
}

Alphabet make_alphabet() {
  Alphabet alphabet;
  alphabet.byte_of.fill(kNoByte);
  char32_t next_substitute = 256;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char32_t character = stands_for_itself(byte) ? byte : next_substitute++;
    append_utf8(character, alphabet.character_of[byte]);
    alphabet.byte_of[character] = static_cast<int>(byte);
  }
  return alphabet;
}

const Alphabet& alphabet() {
  static const Alphabet kAlphabet = make_alphabet();
  return kAlphabet;
}

}  // namespace

void append_byte_level(std::string_view bytes, std::string& alphabet_text) {
  const auto& character_of = alphabet().character_of;
  for (const char byte : bytes) alphabet_text += character_of[static_cast<unsigned char>(byte)];
}

void append_token_bytes(std::string_view token, std::string& bytes) {
  const auto& byte_of = alphabet().byte_of;
  const std::size_t size_before = bytes.size();
  for (std::size_t position = 0; position < token.size();) {
    const char32_t character = next_code_point(token, position);
    if (character >= kAlphabetEnd || byte_of[character] == kNoByte) {
      bytes.resize(size_before);
      bytes += token;
      return;
    }
    bytes += static_cast<char>(byte_of[character]);
  }
}

}  // namespace evotoken::tokenizer
