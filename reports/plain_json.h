// Plain JSON, read fast: result files are hundreds of megabytes of strings.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace evotoken::reports {

/// The value of `text` as nlohmann::ordered_json::parse reads it. Nothing where that would throw,
/// and for rarer things that it would read: integers of more than 18 digits, a byte-order mark,
/// nesting deeper than kMaxJsonDepth (base/files.h). Never throws.
std::optional<nlohmann::ordered_json> read_plain_json(std::string_view text);

}  // namespace evotoken::reports
