// What Python's `float(text)` and `int(text)` accept and give.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace evotoken::scorers::reference {

/// CPython refuses to read or write integers of more decimal digits (sys.int_info, since 3.10.7).
inline constexpr std::size_t kMaxIntegerDigits = 4300;

/// `float(text)`, correctly rounded; nothing where Python raises ValueError. Reads `1e3`, `1_000`,
/// `inf`, `nan`, Unicode digits and surrounding white space; too large becomes infinite.
std::optional<double> parse_float(std::string_view text);

/// `str(int(text))`, the canonical decimal form; nothing where Python raises ValueError.
std::optional<std::string> parse_int(std::string_view text);

/// A float as our JSON holds it: a number, or the strings "inf", "-inf", "nan".
nlohmann::ordered_json float_to_json(double value);

}  // namespace evotoken::scorers::reference
