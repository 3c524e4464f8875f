// Decimal texts ↔ exact rationals.
#pragma once

#include <gmpxx.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace evotoken::scorers::verified {

/// More digits than this are not read.
inline constexpr std::size_t kMaxDigits = 4096;

/// A decimal text, digits with an optional sign, fraction and exponent ("18", "-0.5", "1e3"), as
/// golds are written; nothing where `text` is no such number or its exponent is over 4,096.
std::optional<mpq_class> parse_decimal(std::string_view text);

/// `digits` and `decimals` (either may be empty, ASCII digits alone) as an exact rational.
mpq_class decimal_value(std::string_view digits, std::string_view decimals);

/// The canonical text of a rational: "18", "-1/2".
std::string rational_text(const mpq_class& value);

}  // namespace evotoken::scorers::verified
