// The flavour of JSON that Python's json module reads and writes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace evotoken::reports {

/// `text` as one JSON value. As Python does, accepts the tokens NaN, Infinity and -Infinity where a
/// number may stand; they become non-finite numbers. Throws DataError that opens with `where` and
/// says whether the text is empty, was cut off, nests deeper than kMaxJsonDepth or is at fault at a
/// line and column.
nlohmann::ordered_json parse_python_json(std::string_view text, const std::string& where);

/// `value` as `json.dumps(value, indent=2)` writes it, byte for byte: only ASCII, floats by
/// Python's repr, NaN and Infinity as those tokens. Bytes that are not UTF-8 become U+FFFD.
std::string dump_python_json(const nlohmann::ordered_json& value);

}  // namespace evotoken::reports
