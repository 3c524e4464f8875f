// Complex arithmetic as CPython does it: no recovery of infinities, errors where Python raises.
#pragma once

#include <optional>

namespace evotoken::scorers::reference {

/// A Python `complex`. Not std::complex, whose product and quotient treat infinities otherwise.
struct Complex {
  double real = 0;
  double imaginary = 0;
};

Complex add(const Complex& a, const Complex& b);
Complex subtract(const Complex& a, const Complex& b);
Complex multiply(const Complex& a, const Complex& b);

/// Nothing where Python raises ZeroDivisionError.
std::optional<Complex> divide(const Complex& a, const Complex& b);

/// Nothing where Python raises ZeroDivisionError or OverflowError.
std::optional<Complex> power(const Complex& base, const Complex& exponent);

}  // namespace evotoken::scorers::reference
