// A second opinion on the built-in golds: evaluates plain arithmetic and simple LaTeX numerically.
// For tests only; the scorers have exact parsers of their own, which must not judge themselves.
#pragma once

#include <complex>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace evotoken::datasets {

using Variables = std::map<std::string, std::complex<double>, std::less<>>;

/// Value of an expression with + - * / ^ ( ) { }, decimals, implicit multiplication, sqrt(…), pi,
/// i, \frac, \sqrt, \pi, \cdot, \infty, ^\circ and \% (ignored), numbers with a base as `52_8`, and
/// the given variables. \pm is + or - by `plus`. Throws std::invalid_argument on anything else.
std::complex<double> evaluate(std::string_view expression, const Variables& variables = {},
                              bool plus = true);

/// The numbers of a gold that holds several: "(4,\frac{5\pi}{6})" → {"4", "\frac{5\pi}{6}"}; also
/// intervals and their unions, sets, lists and matrices. One entry for a single value; of an
/// equation or inequality the right side.
std::vector<std::string> gold_parts(std::string_view gold);

/// Whether `check`, "left = right" or "left < right", holds when GOLD stands for the gold and
/// GOLD1, GOLD2, … for its parts. With x, a, b for three points each and for both signs of \pm.
bool check_holds(const std::string& check, const std::string& gold);

}  // namespace evotoken::datasets
