// The number of a token: what the tokenizer makes of text, and the model predicts.
#pragma once

#include <cstdint>

namespace evotoken {

/// A row of the vocabulary, from 0; −1 where there is none.
using TokenId = std::int32_t;

}  // namespace evotoken
