// Arithmetic on Python's numbers: exact integers of any size, floats, complex.
#pragma once

#include <gmpxx.h>

#include <cstddef>
#include <optional>
#include <variant>

#include "scorers/reference/python_complex.h"

namespace evotoken::scorers::reference {

/// A Python `int`, `float` or `complex`.
using Number = std::variant<mpz_class, double, Complex>;

enum class BinaryOperator { kAdd, kSubtract, kMultiply, kDivide, kFloorDivide, kPower };

/// An integer power with more bits is refused: Python's `9**9**9` runs for ever.
inline constexpr std::size_t kMaxPowerBits = 4096;

/// Any other integer result with more bits is refused, so that long products stay cheap.
inline constexpr std::size_t kMaxIntegerBits = 65536;

/// `a op b` as Python 3 evaluates it. Nothing where Python raises (ZeroDivisionError,
/// OverflowError, TypeError) or where a bound above is passed.
std::optional<Number> apply(BinaryOperator op, const Number& a, const Number& b);

/// `-a`.
Number negate(const Number& a);

/// `abs(a - b) < tolerance`; false where Python raises OverflowError or the distance is nan.
bool is_within(const Number& a, const Number& b, double tolerance);

/// `float(a)` of an integer, rounded half to even; nothing where Python raises OverflowError.
std::optional<double> to_double(const mpz_class& a);

}  // namespace evotoken::scorers::reference
