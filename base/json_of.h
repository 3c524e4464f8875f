// What every writer of JSON needs.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace evotoken {

/// The value, or null where it is not known.
template <typename Value>
nlohmann::ordered_json json_of(const std::optional<Value>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

/// `value` as text, on one line unless `indent` says otherwise. Texts may hold any bytes (a
/// generation, a command line, a path): what is no UTF-8 becomes U+FFFD, where dump() would throw
/// and cost the results.
inline std::string dumped_json(const nlohmann::ordered_json& value, int indent = -1) {
  return value.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace evotoken
