#include "reports/item_key.h"

#include <algorithm>
#include <charconv>

#include "base/hash.h"

namespace evotoken::reports {
namespace {

constexpr std::size_t kHashDigits = 32;
constexpr std::size_t kKeyDigits = 16;

std::uint64_t leading_bits(const std::string& digits) {
  std::uint64_t bits = 0;
  std::from_chars(digits.data(), digits.data() + kKeyDigits, bits, 16);
  return bits;
}

}  // namespace

ItemKey::ItemKey(const std::string& identity) {
  if (identity.empty()) return;
  const bool is_hash = identity.size() == kHashDigits &&
                       identity.find_first_not_of("0123456789abcdef") == std::string::npos;
  // 0 says "unknown"; the one hash in 2^64 that is 0 shares the key of the next.
  bits_ = std::max<std::uint64_t>(1, leading_bits(is_hash ? identity : content_hash(identity)));
}

}  // namespace evotoken::reports
