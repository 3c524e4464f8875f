// The number of a token, shared by the parts of the tokenizer.
#pragma once

#include <cstdint>

namespace evotoken::tokenizer {

using TokenId = std::int32_t;

}  // namespace evotoken::tokenizer
