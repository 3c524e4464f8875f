// The arithmetic of a Countdown answer: its own small grammar, exact rationals.
#pragma once

#include <gmpxx.h>

#include <optional>
#include <string_view>
#include <vector>

namespace evotoken::scorers::verified {

/// A side of an answer that reads as arithmetic.
struct CountdownSide {
  std::vector<mpz_class> numbers;  ///< in the order they stand
  std::optional<mpq_class> value;  ///< nothing: something was divided by zero
};

/// `+ - * /`, brackets of all kinds, signs, implicit multiplication, `\times \cdot \div \frac
/// \left \right` and their Unicode forms, `$` (spec: scoring.md, "Verified grader", Countdown).
/// Nothing for anything else, decimals and powers among them. Throws LimitReached past 2,048 bytes,
/// 64 brackets or signs deep, 64 numbers, or a number of more than 18 digits.
std::optional<CountdownSide> parse_countdown(std::string_view text);

}  // namespace evotoken::scorers::verified
