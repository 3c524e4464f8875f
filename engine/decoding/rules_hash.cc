#include "engine/decoding/rules_hash.h"

#include "evotoken_rules_hash.h"  // written by write_rules_hash.cmake

namespace evotoken::decoding {

const char* rules_hash() { return EVOTOKEN_RULES_HASH; }

}  // namespace evotoken::decoding
