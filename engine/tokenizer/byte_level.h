// The byte-level alphabet of GPT-2: every byte has a printable character of its own.
#pragma once

#include <string>
#include <string_view>

namespace evotoken::tokenizer {

/// Appends `bytes` to `alphabet_text`, each as its character of the alphabet (1 or 2 bytes of
/// UTF-8).
void append_byte_level(std::string_view bytes, std::string& alphabet_text);

/// Appends the bytes that a token stands for. A token with a character outside of the alphabet (an
/// added token may have one) stands for its own UTF-8. Mirrors `decode_chain` of tokenizers'
/// `pre_tokenizers/byte_level.rs`.
void append_token_bytes(std::string_view token, std::string& bytes);

}  // namespace evotoken::tokenizer
