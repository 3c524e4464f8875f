// Evaluates Python arithmetic without Python, within bounds.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "scorers/reference/python_number.h"

namespace evotoken::scorers::reference {

/// More open brackets are a SyntaxError in CPython.
inline constexpr std::size_t kMaxNesting = 200;

/// With more operators CPython 3.11 exhausts its compiler ("maximum recursion depth exceeded",
/// measured on chains of signs and of sums). It counts depth; we count operators, which differs
/// only for balanced expressions of thousands of numbers.
inline constexpr std::size_t kMaxOperators = 2990;

/// The number that `eval(text)` gives for an expression of decimal digits, `+ - * / // ** ( ) .`
/// and white space. Nothing where Python raises anything (syntax, type, zero division, overflow),
/// where the value is no number (`()`, `...`), at any other character, and past a bound here, in
/// python_number.h or of kMaxIntegerDigits. Never throws; time linear in the text.
std::optional<Number> evaluate_expression(std::string_view text);

}  // namespace evotoken::scorers::reference
