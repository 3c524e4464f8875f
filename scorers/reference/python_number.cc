// After CPython 3.11 (Objects/longobject.c, floatobject.c): int/int is one correctly rounded
// division, not a quotient of two floats; int with float goes through float, anything with complex
// through complex; a negative base with a fractional exponent gives a complex number.
#include "scorers/reference/python_number.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace evotoken::scorers::reference {
namespace {

std::size_t bit_length(const mpz_class& a) { return a == 0 ? 0 : mpz_sizeinbase(a.get_mpz_t(), 2); }

// `mantissa * 2^exponent` (mantissa >= 0) rounded half to even, subnormals included; nothing where
// that is too large.
std::optional<double> rounded(mpz_class mantissa, long exponent) {
  const long bits = static_cast<long>(bit_length(mantissa));
  const long drop = std::max(exponent + bits - DBL_MANT_DIG, long{DBL_MIN_EXP - DBL_MANT_DIG}) -
                    exponent;  // how many of the low bits a double cannot hold
  if (drop > 0) {
    const auto shift = static_cast<mp_bitcnt_t>(drop);
    const bool half = mpz_tstbit(mantissa.get_mpz_t(), shift - 1) != 0;
    const bool more = mpz_scan1(mantissa.get_mpz_t(), 0) < shift - 1;
    mantissa >>= shift;
    if (half && (more || mpz_odd_p(mantissa.get_mpz_t()))) ++mantissa;
    exponent += drop;
  }
  const double value = std::ldexp(mantissa.get_d(), static_cast<int>(exponent));
  return std::isinf(value) ? std::nullopt : std::optional(value);
}

std::optional<Number> bounded(mpz_class value, std::size_t max_bits) {
  if (bit_length(value) > max_bits) return std::nullopt;
  return Number(std::move(value));
}

// Scales the quotient to 66 or 67 bits and keeps "there was a remainder" in the lowest, so that
// one rounding is right.
std::optional<Number> true_divide(const mpz_class& a, const mpz_class& b) {
  if (b == 0) return std::nullopt;
  const long shift = 66 + static_cast<long>(bit_length(b)) - static_cast<long>(bit_length(a));
  mpz_class dividend = abs(a);
  mpz_class divisor = abs(b);
  (shift > 0 ? dividend : divisor) <<= static_cast<mp_bitcnt_t>(std::labs(shift));
  mpz_class quotient = dividend / divisor;
  if (quotient * divisor != dividend) quotient |= 1;
  const std::optional<double> value = rounded(std::move(quotient), -shift);
  if (!value) return std::nullopt;
  return Number((a < 0) != (b < 0) ? -*value : *value);
}

// Nothing past kMaxPowerBits; `exponent` is not negative.
std::optional<Number> integer_power(const mpz_class& base, const mpz_class& exponent) {
  if (abs(base) <= 1 || exponent == 0) {
    const bool odd = mpz_odd_p(exponent.get_mpz_t()) != 0;
    if (exponent == 0) return Number(mpz_class(1));
    return Number(odd ? base : mpz_class(base * base));
  }
  // The result has more than (bits - 1) * exponent bits: refuse before the work is done.
  const mpz_class least_bits = exponent * (bit_length(base) - 1);
  if (least_bits >= kMaxPowerBits) return std::nullopt;
  mpz_class result;
  mpz_pow_ui(result.get_mpz_t(), base.get_mpz_t(), exponent.get_ui());
  return bounded(std::move(result), kMaxPowerBits);
}

std::optional<Number> power(double base, double exponent) {
  if (base == 0 && exponent < 0) return std::nullopt;
  if (base < 0 && std::isfinite(base) && std::isfinite(exponent) &&
      exponent != std::floor(exponent)) {
    const std::optional<Complex> result = power(Complex{base, 0}, Complex{exponent, 0});
    return result ? std::optional<Number>(*result) : std::nullopt;
  }
  const double result = std::pow(base, exponent);
  if (std::isinf(result) && std::isfinite(base) && std::isfinite(exponent)) return std::nullopt;
  return result;
}

// The quotient is taken after the remainder is gone, then corrected towards minus infinity.
std::optional<Number> floor_divide(double a, double b) {
  if (b == 0) return std::nullopt;
  const double remainder = std::fmod(a, b);
  double quotient = (a - remainder) / b;
  if (remainder != 0 && (b < 0) != (remainder < 0)) quotient -= 1;
  if (quotient == 0) return std::copysign(0.0, a / b);
  const double floored = std::floor(quotient);
  return quotient - floored > 0.5 ? floored + 1 : floored;
}

std::optional<Number> apply_to(BinaryOperator op, const mpz_class& a, const mpz_class& b) {
  switch (op) {
    case BinaryOperator::kAdd:
      return bounded(a + b, kMaxIntegerBits);
    case BinaryOperator::kSubtract:
      return bounded(a - b, kMaxIntegerBits);
    case BinaryOperator::kMultiply:
      return bounded(a * b, kMaxIntegerBits);
    case BinaryOperator::kDivide:
      return true_divide(a, b);
    case BinaryOperator::kFloorDivide: {
      if (b == 0) return std::nullopt;
      mpz_class quotient;
      mpz_fdiv_q(quotient.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
      return Number(std::move(quotient));
    }
    case BinaryOperator::kPower: {
      if (b >= 0) return integer_power(a, b);
      const std::optional<double> base = to_double(a);
      const std::optional<double> exponent = to_double(b);
      return base && exponent ? power(*base, *exponent) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<Number> apply_to(BinaryOperator op, double a, double b) {
  switch (op) {
    case BinaryOperator::kAdd:
      return a + b;
    case BinaryOperator::kSubtract:
      return a - b;
    case BinaryOperator::kMultiply:
      return a * b;
    case BinaryOperator::kDivide:
      return b == 0 ? std::nullopt : std::optional<Number>(a / b);
    case BinaryOperator::kFloorDivide:
      return floor_divide(a, b);
    case BinaryOperator::kPower:
      return power(a, b);
  }
  return std::nullopt;
}

std::optional<Number> apply_to(BinaryOperator op, const Complex& a, const Complex& b) {
  switch (op) {
    case BinaryOperator::kAdd:
      return add(a, b);
    case BinaryOperator::kSubtract:
      return subtract(a, b);
    case BinaryOperator::kMultiply:
      return multiply(a, b);
    case BinaryOperator::kDivide:
    case BinaryOperator::kPower: {
      const std::optional<Complex> result =
          op == BinaryOperator::kDivide ? divide(a, b) : power(a, b);
      return result ? std::optional<Number>(*result) : std::nullopt;
    }
    case BinaryOperator::kFloorDivide:
      return std::nullopt;  // TypeError
  }
  return std::nullopt;
}

std::optional<double> as_double(const Number& a) {
  if (const auto* integer = std::get_if<mpz_class>(&a)) return to_double(*integer);
  return std::get<double>(a);
}

std::optional<Complex> as_complex(const Number& a) {
  if (const auto* complex = std::get_if<Complex>(&a)) return *complex;
  const std::optional<double> real = as_double(a);
  return real ? std::optional(Complex{*real, 0}) : std::nullopt;
}

}  // namespace

std::optional<double> to_double(const mpz_class& a) {
  const std::optional<double> size = rounded(abs(a), 0);
  return size && a < 0 ? std::optional(-*size) : size;
}

std::optional<Number> apply(BinaryOperator op, const Number& a, const Number& b) {
  const auto* a_integer = std::get_if<mpz_class>(&a);
  const auto* b_integer = std::get_if<mpz_class>(&b);
  if (a_integer && b_integer) return apply_to(op, *a_integer, *b_integer);
  if (std::holds_alternative<Complex>(a) || std::holds_alternative<Complex>(b)) {
    const std::optional<Complex> a_complex = as_complex(a);
    const std::optional<Complex> b_complex = as_complex(b);
    return a_complex && b_complex ? apply_to(op, *a_complex, *b_complex) : std::nullopt;
  }
  const std::optional<double> a_double = as_double(a);
  const std::optional<double> b_double = as_double(b);
  return a_double && b_double ? apply_to(op, *a_double, *b_double) : std::nullopt;
}

Number negate(const Number& a) {
  if (const auto* integer = std::get_if<mpz_class>(&a)) return mpz_class(-*integer);
  if (const auto* real = std::get_if<double>(&a)) return -*real;
  const auto& complex = std::get<Complex>(a);
  return Complex{-complex.real, -complex.imaginary};
}

bool is_within(const Number& a, const Number& b, double tolerance) {
  const std::optional<Number> distance = apply(BinaryOperator::kSubtract, a, b);
  if (!distance) return false;
  if (const auto* integer = std::get_if<mpz_class>(&*distance)) return abs(*integer) < tolerance;
  if (const auto* real = std::get_if<double>(&*distance)) return std::fabs(*real) < tolerance;
  const auto& complex = std::get<Complex>(*distance);
  return std::hypot(complex.real, complex.imaginary) < tolerance;
}

}  // namespace evotoken::scorers::reference
