// A tokenizer of our own with LLaDA's special tokens: bytes alone, or bytes and trained merges.
#pragma once

#include <cstdint>
#include <filesystem>

#include "engine/tokenizer/bpe_trainer.h"

namespace evotoken::tokenizer {

/// Ids of write_byte_tokenizer's special tokens: the 256 bytes come first, then these, then the
/// merges.
struct ByteTokenizerIds {
  std::int64_t start_of_text = 256;
  std::int64_t end_of_text = 257;
  std::int64_t mask = 258;
  std::int64_t start_header = 259;
  std::int64_t end_header = 260;
  std::int64_t end_of_turn = 261;
  std::int64_t vocab_size = 262;  ///< and one more for each merge
};

/// Writes tokenizer.json and tokenizer_config.json (with LLaDA's chat template) into `folder`.
/// Throws DeviceError when it cannot write.
ByteTokenizerIds write_byte_tokenizer(const std::filesystem::path& folder,
                                      const BytePairMerges& merges = {});

}  // namespace evotoken::tokenizer
