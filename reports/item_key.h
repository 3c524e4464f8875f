// Which items are the same, in eight bytes each: what tables and audits keep of every item.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace evotoken::reports {

/// The leading 64 bits of an identity (sample_identity in audit.h). Two different items share them
/// with a chance of 3·10⁻⁸ among a million items of one setup.
class ItemKey {
 public:
  /// An item of unknown identity, which is like no other.
  ItemKey() = default;
  /// Hex digits by their value, so that keys sort as identities do; other texts by their hash.
  /// Unknown for an empty text. Implicit: an identity is a key.
  ItemKey(const std::string& identity);  // NOLINT(google-explicit-constructor)

  bool is_known() const { return bits_ != 0; }
  std::uint64_t bits() const { return bits_; }
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 behind <=> for a pointer
  friend auto operator<=>(const ItemKey&, const ItemKey&) = default;

 private:
  std::uint64_t bits_ = 0;
};

}  // namespace evotoken::reports
