// After CPython 3.11, Objects/complexobject.c: Smith's quotient, repeated squaring for integer
// exponents up to 100, polar form for the others.
#include "scorers/reference/python_complex.h"

#include <cmath>

namespace evotoken::scorers::reference {
namespace {

Complex positive_integer_power(Complex base, unsigned exponent) {
  Complex result{1, 0};
  for (; exponent > 0; exponent >>= 1U) {
    if (exponent & 1U) result = multiply(result, base);
    base = multiply(base, base);
  }
  return result;
}

std::optional<Complex> integer_power(const Complex& base, int exponent) {
  if (exponent > 0) return positive_integer_power(base, static_cast<unsigned>(exponent));
  return divide({1, 0}, positive_integer_power(base, static_cast<unsigned>(-exponent)));
}

std::optional<Complex> polar_power(const Complex& base, const Complex& exponent) {
  if (base.real == 0 && base.imaginary == 0) {
    if (exponent.imaginary != 0 || exponent.real < 0) return std::nullopt;
    return Complex{};
  }
  const double size = std::hypot(base.real, base.imaginary);
  const double angle = std::atan2(base.imaginary, base.real);
  double length = std::pow(size, exponent.real);
  double phase = angle * exponent.real;
  if (exponent.imaginary != 0) {
    length /= std::exp(angle * exponent.imaginary);
    phase += exponent.imaginary * std::log(size);
  }
  return Complex{length * std::cos(phase), length * std::sin(phase)};
}

}  // namespace

Complex add(const Complex& a, const Complex& b) {
  return {a.real + b.real, a.imaginary + b.imaginary};
}

Complex subtract(const Complex& a, const Complex& b) {
  return {a.real - b.real, a.imaginary - b.imaginary};
}

Complex multiply(const Complex& a, const Complex& b) {
  return {a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real};
}

std::optional<Complex> divide(const Complex& a, const Complex& b) {
  if (b.real == 0 && b.imaginary == 0) return std::nullopt;
  if (std::fabs(b.real) >= std::fabs(b.imaginary)) {
    const double ratio = b.imaginary / b.real;
    const double scale = b.real + b.imaginary * ratio;
    return Complex{(a.real + a.imaginary * ratio) / scale, (a.imaginary - a.real * ratio) / scale};
  }
  // A not-a-number divisor ends here too and, as in Python, leaves nothing but not-a-numbers.
  const double ratio = b.real / b.imaginary;
  const double scale = b.real * ratio + b.imaginary;
  return Complex{(a.real * ratio + a.imaginary) / scale, (a.imaginary * ratio - a.real) / scale};
}

std::optional<Complex> power(const Complex& base, const Complex& exponent) {
  const bool small_integer = exponent.imaginary == 0 &&
                             exponent.real == std::floor(exponent.real) &&
                             std::fabs(exponent.real) <= 100;
  const std::optional<Complex> result = small_integer
                                            ? integer_power(base, static_cast<int>(exponent.real))
                                            : polar_power(base, exponent);
  if (result && (std::isinf(result->real) || std::isinf(result->imaginary))) return std::nullopt;
  return result;
}

}  // namespace evotoken::scorers::reference
